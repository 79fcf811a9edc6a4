//! Running the tests of a Suite: each object before the Constraints, as Gatekeeper would have it.

use std::collections::BTreeMap;

use crate::bundle::{POINTS, Policy, take_unanswered};
use crate::check::answer::{Unanswered, Violation};
use crate::engine::{Machine, Print, Value};
use crate::gatekeeper::{
    Constraint, EnforcementAction, Match, Origin, Review, ReviewOptions, as_gatekeeper_numbers,
};
use crate::manifest::{Fault, Location, Resource};
use crate::report::ResourceRef;

use super::answer::Answer;
use super::cluster::Cluster;
use super::cover::Covered;
use super::filter::Filter;
use super::given::at;
use super::outcome::{Check, Failure, Outcome, TestedTest};
use super::parse::{Case, Test};
use super::setup::Setup;
use super::template::Templates;

/// Runs `test`; `None` where `filter` leaves all of it out. The second value is how many cases were
/// left out.
pub(super) fn run(
    test: &Test,
    templates: &Templates<'_>,
    filter: &Filter,
    covered: Option<&Covered>,
) -> (Option<TestedTest>, usize) {
    let wanted: Vec<&Case> = test
        .cases
        .iter()
        .filter(|case| filter.wants(&test.name, &case.name))
        .collect();
    let left_out = test.cases.len() - wanted.len();
    let itself = test.cases.is_empty() || test.invalid;
    if wanted.is_empty() && !(itself && filter.wants_test(&test.name)) {
        return (None, left_out + usize::from(test.cases.is_empty()));
    }
    let tested = TestedTest {
        name: test.name.clone(),
        checks: checks(test, &wanted, templates, covered),
    };
    (Some(tested), left_out)
}

fn checks(
    test: &Test,
    wanted: &[&Case],
    templates: &Templates<'_>,
    covered: Option<&Covered>,
) -> Vec<Check> {
    let of_test = |outcome| Check {
        case: None,
        place: test.place,
        outcome,
        prints: Vec::new(),
    };
    let of_case = |case: &Case, outcome| Check {
        case: Some(case.name.clone()),
        place: case.place,
        outcome,
        prints: Vec::new(),
    };
    if test.skip {
        return match wanted {
            [] => vec![of_test(Outcome::Skipped)],
            cases => cases
                .iter()
                .map(|case| of_case(case, Outcome::Skipped))
                .collect(),
        };
    }
    if !test.faults.is_empty() {
        return vec![of_test(Outcome::Broken(test.faults.clone()))];
    }
    if test.invalid {
        let mut checks = vec![of_test(invalid(test, templates))];
        // There is no Constraint that could judge their objects.
        checks.extend(wanted.iter().map(|case| of_case(case, Outcome::Skipped)));
        return checks;
    }
    let setup = match Setup::of(test, templates) {
        Ok(setup) => setup,
        Err(faults) => return vec![of_test(Outcome::Broken(faults))],
    };
    if test.cases.is_empty() {
        return vec![of_test(Outcome::Passed)];
    }
    let mut machine = match setup.policy.program() {
        Ok(program) => program.machine(),
        // What does not compile is not set up.
        Err(faults) => {
            let faults = faults.iter().map(|fault| setup.policy.place(fault));
            return vec![of_test(Outcome::Broken(faults.collect()))];
        }
    };
    let run = |case: &&Case| {
        let outcome = if case.skip {
            Outcome::Skipped
        } else if !case.faults.is_empty() {
            Outcome::Broken(case.faults.clone())
        } else {
            match self::case(test, case, &setup, &mut machine) {
                Ok(failures) if failures.is_empty() => Outcome::Passed,
                Ok(failures) => Outcome::Failed(failures),
                Err(faults) => Outcome::Broken(faults),
            }
        };
        let prints = machine.take_prints().into_iter();
        Check {
            prints: prints.map(|print| located(print, &setup.policy)).collect(),
            ..of_case(case, outcome)
        }
    };
    let checks = wanted.iter().map(run).collect();
    if let Some(covered) = covered {
        covered.add_of(&setup.policy, &machine.coverage());
    }
    checks
}

/// What was printed, at its place in the file that holds the Rego.
fn located(print: Print, policy: &Policy) -> Print {
    let place = policy.place_at(&print.module, print.line, 1, String::new());
    Print {
        module: place.path.to_string(),
        line: place.line,
        ..print
    }
}

/// A test that expects its Constraint to be refused.
fn invalid(test: &Test, templates: &Templates<'_>) -> Outcome {
    match Setup::refused(test, templates) {
        Ok(true) => Outcome::Passed,
        Ok(false) => Outcome::Failed(vec![Failure::Accepted { place: test.place }]),
        Err(faults) => Outcome::Broken(faults),
    }
}

fn case(
    test: &Test,
    case: &Case,
    setup: &Setup,
    machine: &mut Machine,
) -> Result<Vec<Failure>, Vec<Fault>> {
    let Some(object) = &case.object else {
        return Ok(Vec::new());
    };
    let own;
    let constraints = match &case.parameters {
        None => &setup.constraints,
        Some(parameters) => {
            let place = Location::new(test.path.clone(), case.place.line, case.place.column);
            own = setup.with_parameters(parameters, &place)?;
            &own
        }
    };
    let mut known = Vec::new();
    for given in &case.inventory {
        known.extend(given.resources()?);
    }
    let cluster = Cluster::new(&known);
    machine
        .set_data(cluster.data.clone())
        .map_err(|error| vec![object.fault(error.to_string())])?;
    let resources = object.resources()?;
    if resources.is_empty() {
        let message = format!("`{}` holds no object", object.name());
        return Err(vec![object.fault(message)]);
    }
    let mut failures = Vec::new();
    for resource in &resources {
        let mut trial = Trial {
            cluster: &cluster,
            setup,
            constraints,
            machine,
        };
        let answers = trial
            .answers(resource)
            .map_err(|message| vec![at(&resource.location, message)])?;
        for assertion in &case.assertions {
            if let Err(found) = assertion.check(&answers) {
                let name = ResourceRef::of_object(&resource.object);
                failures.push(Failure::Assertion {
                    assertion: assertion.clone(),
                    found,
                    object: format!(
                        "{}:{}: {name}",
                        resource.location.path, resource.location.line
                    ),
                    answers: answers.clone(),
                });
            }
        }
    }
    Ok(failures)
}

struct Trial<'a> {
    cluster: &'a Cluster,
    setup: &'a Setup,
    constraints: &'a [Constraint],
    machine: &'a mut Machine,
}

impl Trial<'_> {
    /// All violations of `resource` and of what it leads to; an error is one line.
    fn answers(&mut self, resource: &Resource) -> Result<Vec<Answer>, String> {
        let mut answers = Vec::new();
        let review = self.original(resource)?;
        self.judge(&review, None, &mut answers)?;
        // An AdmissionReview is about its object alone, as in gator.
        if resource.admission.is_none() {
            let (made, problems) = self.setup.expander.expand(review.object());
            if let Some(problem) = problems.first() {
                return Err(format!("cannot be expanded: {problem}"));
            }
            for expanded in made {
                let options = self.options(Origin::Generated);
                let review = Review::of_object(&expanded.object, &options)
                    .map_err(|problem| format!("what it expands to: {problem}"))?;
                let implied = Implied {
                    prefix: format!("[Implied by {}] ", expanded.template),
                    action: expanded.enforcement,
                };
                self.judge(&review, Some(&implied), &mut answers)?;
            }
        }
        answers.sort();
        Ok(answers)
    }

    fn options(&self, origin: Origin) -> ReviewOptions<'_> {
        ReviewOptions {
            // gator fills in no namespace, and suites are written for it.
            fallback_namespace: "",
            scopes: &self.cluster.scopes,
            namespaces: &self.cluster.namespaces,
            origin,
        }
    }

    fn original(&self, resource: &Resource) -> Result<Review, String> {
        let options = self.options(Origin::Original);
        match &resource.admission {
            None => Review::of_object(&as_gatekeeper_numbers(&resource.object), &options)
                .map_err(|problem| problem.to_string()),
            Some(request) => {
                let request = as_gatekeeper_numbers(request);
                let review = BTreeMap::from([(Value::from("request"), request)]);
                Review::of_request(&Value::from(review), &options).map_err(|problems| {
                    let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
                    all.join("; ")
                })
            }
        }
    }

    fn judge(
        &mut self,
        review: &Review,
        implied: Option<&Implied>,
        answers: &mut Vec<Answer>,
    ) -> Result<(), String> {
        let mut found = Vec::new();
        let mut conflict = None;
        for constraint in self.constraints {
            let mut actions = constraint.enforcement.at(&POINTS);
            if actions.is_empty() {
                continue;
            }
            if let Some(action) = implied.and_then(|implied| implied.action) {
                actions = vec![action];
            }
            let violations = match review.matches(&constraint.matcher, &self.cluster.namespaces) {
                Ok(Match::No(_)) => continue,
                Ok(Match::Yes) => self.ask(constraint, review),
                Err(unmatched) => Ok(vec![Violation::autoreject(&unmatched)]),
            };
            match violations {
                Ok(violations) => found.push((constraint, actions, violations)),
                Err(Unanswered::Conflict(message)) => {
                    found.push((constraint, actions, Vec::new()));
                    conflict.get_or_insert(message);
                }
                Err(Unanswered::Failed(message)) => return Err(message),
            }
        }
        let prefix = implied.map_or("", |implied| &implied.prefix);
        for (constraint, actions, violations) in found {
            // Gatekeeper asks a template once for all of its Constraints: a conflict is the answer to
            // each.
            let violations = match &conflict {
                Some(message) => vec![Violation::of(message.clone())],
                None => violations,
            };
            answers.extend(violations.into_iter().map(|violation| Answer {
                constraint: constraint.name.clone(),
                message: format!("{prefix}{}", violation.message),
                details: violation.details,
                actions: actions.clone(),
            }));
        }
        Ok(())
    }

    fn ask(
        &mut self,
        constraint: &Constraint,
        review: &Review,
    ) -> Result<Vec<Violation>, Unanswered> {
        let input = Value::from(BTreeMap::from([
            (Value::from("parameters"), constraint.parameters.clone()),
            (Value::from("review"), review.value().clone()),
        ]));
        let policy = &self.setup.policy;
        let answer = self.machine.eval(&policy.template.entry, input);
        if let Some(message) = take_unanswered() {
            return Err(Unanswered::Failed(message));
        }
        Violation::all(answer.map_err(|error| Unanswered::of(policy, error))?)
    }
}

/// What an expansion adds to a violation.
struct Implied {
    prefix: String,
    action: Option<EnforcementAction>,
}
