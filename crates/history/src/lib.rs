//! Sessions over time: store, diary, trends, milestones, the next step of a plan.
