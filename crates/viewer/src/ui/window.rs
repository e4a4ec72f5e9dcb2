//! The window: the way through a session on top, a screen below, keys, and what is heard.

use egui::ViewportCommand;
use egui::{Button, CentralPanel, Context, Frame, Key, Label, Margin, Panel, RichText, ScrollArea, Stroke, Ui};

use super::parts;
use super::screen;
use super::theme::{Scheme, Size, Theme};
use super::view::View;
use crate::model::{Action, Model, Screen, Step};
use crate::session::Purpose;
use crate::settings::Look;
use crate::words::Words;

/// A window onto a model.
pub struct Window {
    /// What it shows.
    pub model: Model,
    /// What only drawing needs.
    pub view: View,
}

impl std::fmt::Debug for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Window").field("model", &self.model).finish_non_exhaustive()
    }
}

impl Window {
    /// A window onto this.
    pub fn new(model: Model) -> Self {
        Self { model, view: View::new() }
    }

    /// Takes in what has come, whether or not anything is drawn.
    pub fn logic(&mut self, now_s: f64) {
        self.view.now_s = now_s;
        self.model.frame(now_s);
        let words = self.model.words();
        if let Some(show) = &mut self.model.show {
            show.note_phase(|kind| words.step_kind(kind));
        }
        self.sound();
    }

    /// Draws everything.
    pub fn ui(&mut self, ui: &mut Ui) {
        self.look(ui.ctx());
        let mut acts = Vec::new();
        let has_matter = match self.model.screen {
            Screen::Summary => self.model.outcome.is_some(),
            _ => self.model.show.is_some(),
        };
        let now = Some((self.model.screen, has_matter));
        self.view.is_fresh = self.view.shown != now;
        self.view.shown = now;
        self.keys(ui.ctx(), &mut acts);
        let (theme, words) = (self.view.theme, self.model.words());
        let p = theme.palette;
        let bar = Frame::new().fill(p.background).inner_margin(Margin::symmetric(20, 10));
        Panel::top("top").frame(bar).show_separator_line(false).show(ui, |ui| self.top(ui, &mut acts));
        let controls = match self.model.screen {
            Screen::Train => Some(screen::train::controls as fn(&mut Ui, &Model, &View, &mut Vec<Action>)),
            Screen::Check if self.model.show.is_some() => Some(screen::check::controls as _),
            _ => None,
        };
        if let Some(controls) = controls {
            Panel::bottom(("controls", self.model.screen as usize)).frame(bar).show_separator_line(false).show(
                ui,
                |ui| {
                    controls(ui, &self.model, &self.view, &mut acts);
                },
            );
        }
        let central = Frame::new().fill(p.background).inner_margin(Margin { left: 20, right: 20, top: 0, bottom: 12 });
        CentralPanel::default().frame(central).show(ui, |ui| {
            self.problem(ui, &mut acts);
            let (model, view) = (&mut self.model, &mut self.view);
            match model.screen {
                Screen::Train => screen::train::show(ui, model, view, words),
                other => {
                    let area = ScrollArea::vertical().id_salt(other as usize).auto_shrink([false, false]);
                    area.show(ui, |ui| {
                        match other {
                            Screen::Connect => screen::connect::show(ui, model, view, words, &mut acts),
                            Screen::Check => screen::check::show(ui, model, view, words, &mut acts),
                            Screen::Summary => screen::summary::show(ui, model, view, words, &mut acts),
                            Screen::Progress => screen::progress::show(ui, model, view, words, &mut acts),
                            Screen::Settings => screen::settings::show(ui, model, view, words, &mut acts),
                            Screen::Train => {}
                        }
                        follow_focus(ui, view);
                    });
                }
            }
        });
        for act in acts {
            self.model.act(act);
        }
    }

    /// Makes everything look as the person likes it.
    fn look(&mut self, ctx: &Context) {
        let settings = &self.model.settings;
        let scheme = match settings.look {
            Look::System if ctx.input(|input| input.raw.system_theme) == Some(egui::Theme::Dark) => Scheme::Dark,
            Look::System | Look::Light => Scheme::Light,
            Look::Dark => Scheme::Dark,
            Look::Contrast => Scheme::HighContrast,
        };
        // A large window is looked at from farther away.
        let room = (ctx.content_rect().height() / 1000.0).clamp(1.0, 1.6);
        let scale = settings.text_scale * (room * 20.0).round() / 20.0;
        let theme = Theme::new(scheme).with_text_scale(scale).with_reduced_motion(settings.reduced_motion);
        let words = self.model.words();
        let title = if settings.discreet { words.app.discreet_title } else { words.app.title };
        if self.view.applied.as_ref().is_none_or(|applied| applied.0 != theme || applied.1 != title) {
            theme.apply(ctx);
            ctx.send_viewport_cmd(ViewportCommand::Title(title.to_owned()));
            self.view.applied = Some((theme, title.to_owned()));
        }
        self.view.theme = theme;
    }

    /// Keys that work wherever the focus is, unless a text is being typed.
    fn keys(&self, ctx: &Context, acts: &mut Vec<Action>) {
        let pressed = |key| ctx.input(|input| input.key_pressed(key) && input.modifiers.is_none());
        for file in ctx.input(|input| input.raw.dropped_files.clone()) {
            acts.push(Action::Replay(file.path().to_owned()));
        }
        if ctx.text_edit_focused() {
            return;
        }
        if self.model.problem.is_some() && self.model.screen != Screen::Train && pressed(Key::Escape) {
            acts.push(Action::Dismiss);
            return;
        }
        match self.model.screen {
            Screen::Train => {
                let is_training = self.model.show.as_ref().is_some_and(|show| show.began.purpose == Purpose::Train);
                let keys = [
                    (Key::Escape, Action::Stop, true),
                    (Key::P, Action::Pause, true),
                    (Key::M, Action::Mark, is_training),
                    (Key::N, Action::Skip, is_training),
                    (Key::R, Action::Raw, true),
                ];
                acts.extend(keys.into_iter().filter(|(key, _, may)| *may && pressed(*key)).map(|one| one.1));
            }
            Screen::Progress | Screen::Settings if pressed(Key::Escape) => acts.push(Action::Go(self.model.back())),
            _ => {}
        }
    }

    /// The way through a session, and what is beside it.
    fn top(&self, ui: &mut Ui, acts: &mut Vec<Action>) {
        let (theme, words) = (self.view.theme, self.model.words());
        ui.horizontal(|ui| {
            let title = if self.model.settings.discreet { words.app.discreet_title } else { words.app.title };
            let name = RichText::new(title).font(theme.font(Size::Title)).color(theme.palette.text);
            ui.add(Label::new(name).selectable(false));
            ui.add_space(theme.space(1.5));
            match self.model.step() {
                Some(step) => steps(ui, &theme, words, step),
                None => {
                    if parts::secondary(ui, &theme, words.app.back).clicked() {
                        acts.push(Action::Go(self.model.back()));
                    }
                }
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                for (screen, word) in [(Screen::Settings, words.app.settings), (Screen::Progress, words.app.progress)] {
                    // Nothing leads away from training but its own end.
                    let may = self.model.screen != Screen::Train && self.model.screen != screen;
                    let text = RichText::new(word).font(theme.font(Size::Body));
                    let response = ui.add_enabled(may, Button::new(text).corner_radius(12));
                    theme.focus_ring(ui.painter(), response.rect, &response);
                    if response.clicked() {
                        acts.push(Action::Go(screen));
                    }
                }
            });
        });
    }

    /// What went wrong, and what to do about it.
    fn problem(&self, ui: &mut Ui, acts: &mut Vec<Action>) {
        let Some(problem) = &self.model.problem else { return };
        let (theme, words) = (self.view.theme, self.model.words());
        let card = parts::warning_frame(&theme).show(ui, |ui| {
            ui.set_width(ui.available_width());
            parts::title(ui, &theme, &problem.text);
            if !problem.help.is_empty() {
                parts::soft(ui, &theme, &problem.help);
            }
            if parts::secondary(ui, &theme, words.app.dismiss).clicked() {
                acts.push(Action::Dismiss);
            }
        });
        let said = format!("{} {}", problem.text, problem.help);
        super::draw::announce(&card.response, &said);
        ui.add_space(theme.space(1.0));
    }

    /// What is heard: pitch or volume follows activation; a soft chime when something else is asked for.
    fn sound(&mut self) {
        #[cfg(feature = "audio")]
        self.play();
        #[cfg(not(feature = "audio"))]
        {
            self.view.rung = 0;
        }
    }

    #[cfg(feature = "audio")]
    fn play(&mut self) {
        use crate::settings::Tone;
        use crate::sound::{Chime, Mapping};
        use tonus_core::training::StepKind;
        let (settings, view) = (&self.model.settings, &mut self.view);
        let mapping = match settings.tone {
            Tone::Off => {
                view.speaker = None;
                return;
            }
            Tone::Pitch => Mapping::Pitch,
            Tone::Volume => Mapping::Volume,
        };
        let speaker = view.speaker.get_or_insert_with(crate::audio::AudioOutput::open);
        view.silent = speaker.reason();
        speaker.set_mapping(mapping);
        speaker.set_volume(settings.volume);
        let show = self.model.show.as_ref().filter(|_| self.model.screen == Screen::Train);
        let activation = show.filter(|show| show.trouble().is_none() && !show.is_paused()).and_then(|show| {
            show.decision(0).map(|decision| decision.activation).filter(|activation| activation.is_finite())
        });
        speaker.follow(activation);
        let Some(phase) = show.and_then(|show| show.phase()).filter(|phase| phase.number != view.rung) else { return };
        view.rung = phase.number;
        speaker.ring(match phase.kind() {
            StepKind::Reference | StepKind::Work | StepKind::Hold | StepKind::Flick => Chime::Work,
            StepKind::Quiet | StepKind::Rest | StepKind::Breathe => Chime::Rest,
            StepKind::Free => Chime::Step,
        });
    }
}

/// Scrolls to what has just got the focus.
fn follow_focus(ui: &Ui, view: &mut View) {
    let focused = ui.ctx().memory(egui::Memory::focused);
    if focused == view.focused {
        return;
    }
    view.focused = focused;
    if let Some(response) = focused.and_then(|id| ui.ctx().read_response(id)) {
        ui.scroll_to_rect(response.rect.expand(12.0), None);
    }
}

/// Dots with words: where one is.
fn steps(ui: &mut Ui, theme: &Theme, words: &Words, now: Step) {
    let p = &theme.palette;
    let names = [words.step.connect, words.step.check, words.step.calibrate, words.step.train, words.step.summary];
    let place = Step::ALL.iter().position(|step| *step == now).unwrap_or(0);
    // Where there is little room, only the step itself.
    let is_narrow = ui.available_width() < 640.0 * theme.text_scale;
    for (n, name) in names.into_iter().enumerate() {
        if is_narrow && n != place {
            continue;
        }
        if n > 0 && !is_narrow {
            ui.add(Label::new(RichText::new("·").font(theme.font(Size::Body)).color(p.border)).selectable(false));
        }
        let (colour, text) = if n == place {
            (p.text, RichText::new(name).font(theme.font(Size::Body)).strong())
        } else {
            (p.text_soft, RichText::new(name).font(theme.font(Size::Caption)))
        };
        let response = ui.add(Label::new(text.color(colour)).selectable(false));
        if n == place {
            let line = egui::Rect::from_min_max(response.rect.left_bottom(), response.rect.right_bottom());
            ui.painter().line_segment([line.left_top(), line.right_top()], Stroke::new(2.5, p.accent));
            let said = format!("{} {} / {}", words.step.name, n + 1, names.len());
            super::draw::speak(&response, egui::Role::Label, &said, name, None);
        }
    }
}
