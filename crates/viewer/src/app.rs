//! The program around the window: one process, one window, one session at a time.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use egui::{Context, Ui, ViewportBuilder};

use tonus_record::ChannelSelector;

use crate::model::{Action, Model, Places, Screen};
use crate::session::{Person, Scenario};
use crate::ui::window::Window;

/// What the window opens with.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// Where things are kept.
    pub places: Places,
    /// A sensor: its port and profile.
    pub sensor: Option<(String, String)>,
    /// Columns of its lines that are channels; none for those that are muscles.
    pub columns: Vec<ChannelSelector>,
    /// A simulated sensor: somebody who does what is asked for, or a scenario.
    pub simulated: Option<Option<Scenario>>,
    /// A recording to play.
    pub replay: Option<PathBuf>,
    /// A programme to choose: its name, or its file.
    pub program: Option<String>,
}

/// A window that could not be opened, or ended badly.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The system gives no window.
    #[error("no window: {0}")]
    Window(String),
    /// The programme that was asked for.
    #[error(transparent)]
    Program(#[from] tonus_program::ProgramFileError),
}

/// How often ports are looked for while a sensor is to be chosen.
const LOOK: Duration = Duration::from_secs(2);

struct App {
    window: Window,
    /// When ports were looked for last.
    looked: Option<Instant>,
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.window.logic(ctx.input(|input| input.time));
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.window.ui(ui);
        if self.window.model.is_moving() {
            // The next frame of the display: what moves does so by itself. Other screens wait for input or updates.
            ui.ctx().request_repaint();
        } else if self.window.model.is_connected() {
            // A sensor streams that nobody looks at: what waits to be drawn is put away now and then.
            ui.ctx().request_repaint_after(Duration::from_secs(5));
        } else if self.window.model.screen == Screen::Connect {
            // A sensor may be plugged in any moment.
            ui.ctx().request_repaint_after(LOOK);
            if self.looked.is_none_or(|at| at.elapsed() >= LOOK) {
                self.looked = Some(Instant::now());
                self.window.model.connect.look_aside();
            }
        }
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        // A session under way is brought to its end: its recording and what comes of it are kept.
        self.window.model.act(Action::Disconnect);
    }
}

/// Opens the window and waits until it is closed.
///
/// # Errors
/// [`AppError`], for example where there is no display.
pub fn run(start: Start) -> Result<(), AppError> {
    let screens = ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY"];
    if cfg!(target_os = "linux") && screens.iter().all(|name| std::env::var_os(name).is_none()) {
        return Err(AppError::Window("neither WAYLAND_DISPLAY nor DISPLAY is set".to_owned()));
    }
    let awake: Arc<OnceLock<Context>> = Arc::default();
    let shared = Arc::clone(&awake);
    let wake = Arc::new(move || {
        if let Some(ctx) = shared.get() {
            ctx.request_repaint();
        }
    });
    let mut model = Model::new(start.places, wake);
    if let Some(name) = &start.program {
        model.offers.choose_or_add(name)?;
    }
    if let Some((port, device)) = start.sensor {
        model.connect.columns = Some((device.clone(), start.columns));
        (model.connect.port, model.connect.device) = (port, device);
        model.act(Action::Open);
    } else if let Some(scenario) = start.simulated {
        match scenario.map(|scenario| (Person::of(scenario), scenario)) {
            Some((None, scenario)) => model.places.scenario = Some(scenario),
            Some((Some(person), _)) => model.settings.person = person,
            None => {}
        }
        model.act(Action::Simulate);
    } else if let Some(file) = start.replay {
        model.act(Action::Replay(file));
    }
    let words = model.words();
    let title = if model.settings.discreet { words.app.discreet_title } else { words.app.title };
    let viewport = ViewportBuilder::default()
        .with_title(title)
        .with_app_id("tonus")
        .with_inner_size([1200.0, 760.0])
        .with_min_inner_size([800.0, 600.0]);
    let options = eframe::NativeOptions { viewport, ..Default::default() };
    let opened = eframe::run_native(
        "tonus",
        options,
        Box::new(move |creation| {
            // Set once: there is one window.
            let _ = awake.set(creation.egui_ctx.clone());
            Ok(Box::new(App { window: Window::new(model), looked: None }))
        }),
    );
    opened.map_err(|error| AppError::Window(error.to_string()))
}
