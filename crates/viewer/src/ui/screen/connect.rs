//! Choose a sensor: a simulated one, a real one, a recording.

use egui::{ComboBox, RichText, TextEdit, Ui};

use crate::model::connect::Connect;
use crate::model::{Action, Model};
use crate::session::Person;
use crate::ui::parts;
use crate::ui::theme::Theme;
use crate::ui::view::View;
use crate::words::Words;

/// Draws the screen.
pub fn show(ui: &mut Ui, model: &mut Model, view: &mut View, words: &Words, acts: &mut Vec<Action>) {
    let (theme, fresh) = (view.theme, view.is_fresh);
    ui.add_space(theme.space(1.0));
    parts::headline(ui, &theme, words.connect.title);
    parts::soft(ui, &theme, words.connect.intro);
    ui.add_space(theme.space(1.0));
    if model.connect.is_opening && model.is_connected() {
        theme.card().show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.add(egui::Spinner::new());
                parts::title(ui, &theme, words.connect.opening);
                if parts::secondary(ui, &theme, words.app.back).clicked() {
                    acts.push(Action::Disconnect);
                }
            });
        });
        return;
    }
    parts::cards(ui, &theme, 330.0, 3, |ui, n| match n {
        0 => simulated(ui, model, (&theme, fresh), words, acts),
        1 => sensor(ui, model, &theme, words, acts),
        _ => recording(ui, model, &theme, words, acts),
    });
    ui.add_space(theme.space(1.0));
    parts::caption(ui, &theme, words.app.not_medical);
}

fn simulated(ui: &mut Ui, model: &mut Model, (theme, fresh): (&Theme, bool), words: &Words, acts: &mut Vec<Action>) {
    parts::title(ui, theme, words.connect.try_title);
    parts::soft(ui, theme, words.connect.try_text);
    let name = |person: Person| match person {
        Person::Calm => words.connect.person_calm,
        Person::Guarded => words.connect.person_guarded,
        Person::Slow => words.connect.person_slow,
    };
    parts::caption(ui, theme, words.connect.person);
    parts::list(ui, theme, |ui| {
        for person in Person::ALL {
            ui.radio_value(&mut model.settings.person, person, name(person));
        }
    });
    ui.add_space(theme.space(0.5));
    if parts::primary(ui, theme, words.connect.try_button, fresh).clicked() {
        acts.push(Action::Simulate);
    }
}

fn sensor(ui: &mut Ui, model: &mut Model, theme: &Theme, words: &Words, acts: &mut Vec<Action>) {
    let connect = &mut model.connect;
    parts::title(ui, theme, words.connect.sensor_title);
    ui.horizontal(|ui| {
        parts::caption(ui, theme, words.connect.ports);
        let word = if connect.is_looking() { words.connect.looking } else { words.connect.look_again };
        if ui.add_enabled(!connect.is_looking(), egui::Button::new(RichText::new(word).small())).clicked() {
            connect.look();
        }
    });
    if connect.ports.is_empty() && !connect.is_looking() {
        parts::soft(ui, theme, words.connect.no_ports);
    }
    parts::list(ui, theme, |ui| {
        for port in &connect.ports {
            let usb = port.usb.as_ref();
            let product = usb.and_then(|usb| usb.product.clone()).map_or_else(String::new, |name| format!("  {name}"));
            ui.radio_value(&mut connect.port, port.name.clone(), format!("{}{product}", port.name));
        }
    });
    let label = ui.label(RichText::new(words.connect.port_typed).small().color(theme.palette.text_soft));
    parts::field(ui, theme, TextEdit::singleline(&mut connect.port).desired_width(f32::INFINITY)).labelled_by(label.id);
    if connect.can_listen() {
        hear(ui, connect, theme, words);
    }
    let label = ui.label(RichText::new(words.connect.device).small().color(theme.palette.text_soft));
    let shown = connect.chosen().map_or(connect.device.clone(), |device| device.name.clone());
    let width = ui.available_width();
    let found: Vec<(String, String)> =
        connect.devices().map(|device| (device.id.clone(), device.name.clone())).collect();
    let combo = ComboBox::from_id_salt("device").width(width).selected_text(shown).height(340.0);
    combo
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .show_ui(ui, |ui| {
            let hint = TextEdit::singleline(&mut connect.search).hint_text(words.connect.search);
            let search = parts::field(ui, theme, hint.desired_width(width - 30.0));
            crate::ui::draw::name(&search, words.connect.search);
            if found.is_empty() {
                parts::soft(ui, theme, words.connect.nothing_found);
            }
            for (id, name) in found {
                if ui.selectable_label(connect.device == id, name).clicked() {
                    connect.device = id;
                    ui.close();
                }
            }
        })
        .response
        .labelled_by(label.id);
    if connect.chosen().is_none_or(|device| device.needs_rate) {
        let label = ui.label(RichText::new(words.connect.rate).small().color(theme.palette.text_soft));
        parts::field(ui, theme, TextEdit::singleline(&mut connect.rate).desired_width(120.0)).labelled_by(label.id);
    }
    ui.add_space(theme.space(0.5));
    let is_free = !connect.is_listening();
    if ui.add_enabled_ui(is_free, |ui| parts::secondary(ui, theme, words.connect.open)).inner.clicked() {
        acts.push(Action::Open);
    }
}

/// Listens to the port that is chosen, and says what is heard.
fn hear(ui: &mut Ui, connect: &mut Connect, theme: &Theme, words: &Words) {
    let word = if connect.is_listening() { words.connect.listening } else { words.connect.listen };
    if ui.add_enabled(!connect.is_listening(), egui::Button::new(RichText::new(word).small())).clicked() {
        connect.listen();
    }
    if connect.is_listening() {
        // What it says comes from a thread.
        ui.ctx().request_repaint_after(std::time::Duration::from_millis(100));
    } else if let Some(text) = connect.heard_text(words) {
        parts::soft(ui, theme, &text);
    }
}

fn recording(ui: &mut Ui, model: &mut Model, theme: &Theme, words: &Words, acts: &mut Vec<Action>) {
    parts::title(ui, theme, words.connect.file_title);
    parts::soft(ui, theme, words.connect.file_text);
    let label = ui.label(RichText::new(words.connect.file_typed).small().color(theme.palette.text_soft));
    let edit = TextEdit::singleline(&mut model.connect.file).desired_width(f32::INFINITY);
    let field = parts::field(ui, theme, edit).labelled_by(label.id);
    let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    ui.add_space(theme.space(0.5));
    let is_clicked = parts::secondary(ui, theme, words.connect.play).clicked();
    let file = model.connect.file.trim();
    if (is_clicked || is_entered) && !file.is_empty() {
        acts.push(Action::Replay(file.into()));
    }
}
