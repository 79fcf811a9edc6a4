//! Compiled code taken apart into steps that can be changed, and put together again.

use std::collections::HashMap;

use regorus::rvm::Program as Code;
use regorus::rvm::instructions::{
    ArrayCreateParams, BuiltinCallParams, ChainedIndexParams, ComprehensionBeginParams,
    FunctionCallParams, Instruction, InstructionData, LoopStartParams, ObjectCreateParams,
    SetCreateParams, VirtualDataDocumentLookupParams,
};
use regorus::rvm::program::SpanInfo;

/// What a step does, with all that it needs. Jumps hold the ids of steps.
#[derive(Clone, Debug)]
pub(in crate::engine) enum Op {
    Plain(Instruction),
    Loop(LoopStartParams),
    Comprehension(ComprehensionBeginParams),
    Builtin(BuiltinCallParams),
    Function(FunctionCallParams),
    Object(ObjectCreateParams),
    Array(ArrayCreateParams),
    Set(SetCreateParams),
    Chain(ChainedIndexParams),
    Document(VirtualDataDocumentLookupParams),
    /// Nothing any more. It keeps its place, for jumps that lead here.
    Gone,
}

#[derive(Clone, Debug)]
pub(in crate::engine) struct Step {
    /// Its address in the code that was taken apart.
    pub(in crate::engine) id: u16,
    pub(in crate::engine) op: Op,
    pub(in crate::engine) span: Option<SpanInfo>,
}

impl Step {
    pub(in crate::engine) fn is_gone(&self) -> bool {
        matches!(self.op, Op::Gone)
    }

    pub(in crate::engine) fn remove(&mut self) {
        self.op = Op::Gone;
    }
}

/// A piece of code that is entered at its beginning alone, and left at its end or by failing.
#[derive(Debug)]
pub(in crate::engine) struct Segment {
    pub(in crate::engine) part: Part,
    pub(in crate::engine) steps: Vec<Step>,
}

/// What a segment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::engine) enum Part {
    /// Where an evaluation begins.
    Entry,
    /// A body of a rule: the rule's index, the definition's place, the body's.
    Body(usize, usize, usize),
    /// What takes the arguments of a definition apart: the rule's index, the definition's place.
    Arguments(usize, usize),
}

/// Takes `code` apart; `None` where it is not made as the compiler makes it.
pub(in crate::engine) fn apart(code: &Code) -> Option<Vec<Segment>> {
    let mut entries = entries(code)?;
    entries.sort_by_key(|(address, _)| *address);
    if entries.first()?.0 != 0
        || entries
            .windows(2)
            .any(|pair| pair.first().map(|it| it.0) == pair.last().map(|it| it.0))
    {
        return None;
    }
    let all = code.instructions.len();
    let ends = entries
        .iter()
        .skip(1)
        .map(|(address, _)| *address)
        .chain([all]);
    let mut segments = Vec::new();
    for ((start, part), end) in entries.iter().zip(ends) {
        let mut steps = Vec::new();
        for address in *start..end {
            let instruction = *code.instructions.get(address)?;
            steps.push(Step {
                id: u16::try_from(address).ok()?,
                op: op(code, instruction)?,
                span: code.instruction_spans.get(address).cloned().flatten(),
            });
        }
        let segment = Segment { part: *part, steps };
        if !is_well_made(&segment, *start, end) {
            return None;
        }
        segments.push(segment);
    }
    Some(segments)
}

fn entries(code: &Code) -> Option<Vec<(usize, Part)>> {
    let mut entries: Vec<(usize, Part)> = Vec::new();
    let begin = usize::try_from(code.main_entry_point).ok()?;
    for address in code.entry_points.values().copied().chain([begin]) {
        if !entries.contains(&(address, Part::Entry)) {
            entries.push((address, Part::Entry));
        }
    }
    for (rule, info) in code.rule_infos.iter().enumerate() {
        for (definition, bodies) in info.definitions.iter().enumerate() {
            for (body, address) in bodies.iter().enumerate() {
                let part = Part::Body(rule, definition, body);
                entries.push((usize::try_from(*address).ok()?, part));
            }
        }
        for (definition, block) in info.destructuring_blocks.iter().enumerate() {
            if let Some(address) = block {
                let part = Part::Arguments(rule, definition);
                entries.push((usize::try_from(*address).ok()?, part));
            }
        }
    }
    Some(entries)
}

/// Whether the segment ends where it must, and its jumps stay in it and lead behind the end of a loop
/// or a comprehension.
fn is_well_made(segment: &Segment, start: usize, end: usize) -> bool {
    use Instruction::{ComprehensionEnd, DestructuringSuccess, LoopNext, Return, RuleReturn};
    let at = |address: u16| {
        let place = usize::from(address).checked_sub(start)?;
        segment.steps.get(place).map(|step| &step.op)
    };
    let before = |address: u16| at(address.checked_sub(1)?);
    let within = |first: u16, last: u16| {
        let (first, last) = (usize::from(first), usize::from(last));
        start < first && first <= last && last < end
    };
    let last = segment.steps.last().map(|step| &step.op);
    let ends = matches!(
        last,
        Some(Op::Plain(
            Return { .. } | RuleReturn {} | DestructuringSuccess {}
        ))
    );
    ends && segment.steps.iter().all(|step| match &step.op {
        Op::Loop(it) => {
            within(it.body_start, it.loop_end)
                && it.body_start == step.id + 1
                && matches!(before(it.loop_end), Some(Op::Plain(LoopNext { body_start, loop_end }))
                    if (*body_start, *loop_end) == (it.body_start, it.loop_end))
        }
        Op::Comprehension(it) => {
            within(it.body_start, it.comprehension_end)
                && it.body_start == step.id + 1
                && matches!(
                    before(it.comprehension_end),
                    Some(Op::Plain(ComprehensionEnd {}))
                )
        }
        _ => true,
    })
}

fn op(code: &Code, instruction: Instruction) -> Option<Op> {
    use Instruction as I;
    let data = &code.instruction_data;
    Some(match instruction {
        I::LoopStart { params_index } => Op::Loop(data.get_loop_params(params_index)?.clone()),
        I::ComprehensionBegin { params_index } => {
            Op::Comprehension(data.get_comprehension_begin_params(params_index)?.clone())
        }
        I::BuiltinCall { params_index } => {
            Op::Builtin(data.get_builtin_call_params(params_index)?.clone())
        }
        I::FunctionCall { params_index } => {
            Op::Function(data.get_function_call_params(params_index)?.clone())
        }
        I::ObjectCreate { params_index } => {
            Op::Object(data.get_object_create_params(params_index)?.clone())
        }
        I::ArrayCreate { params_index } => {
            Op::Array(data.get_array_create_params(params_index)?.clone())
        }
        I::SetCreate { params_index } => Op::Set(data.get_set_create_params(params_index)?.clone()),
        I::ChainedIndex { params_index } => {
            Op::Chain(data.get_chained_index_params(params_index)?.clone())
        }
        I::VirtualDataDocumentLookup { params_index } => {
            let found = data.get_virtual_data_document_lookup_params(params_index);
            Op::Document(found?.clone())
        }
        // What no compiler of Rego makes.
        I::HostAwait { .. }
        | I::ArrayPushDefined { .. }
        | I::ReturnUndefinedIfNotTrue { .. }
        | I::CoalesceUndefinedToNull { .. }
        | I::LoadContext { .. }
        | I::LoadMetadata { .. }
        | I::Halt {}
        | I::PolicyCondition { .. }
        | I::LogicalBlockStart { .. }
        | I::LogicalBlockEnd { .. }
        | I::AllOfNext { .. }
        | I::AnyOfNext { .. } => return None,
        plain => Op::Plain(plain),
    })
}

/// Puts the segments into `code`, in place of what it was.
pub(in crate::engine) fn together(code: &mut Code, segments: Vec<Segment>) {
    let mut addresses: HashMap<u16, u16> = HashMap::new();
    let mut next = 0_u16;
    for step in segments.iter().flat_map(|segment| &segment.steps) {
        addresses.insert(step.id, next);
        next += u16::from(!step.is_gone());
    }
    let address = |id: u16| addresses.get(&id).copied().unwrap_or(id);
    move_entries(code, &segments, &address);
    let mut data = InstructionData::new();
    let mut instructions = Vec::with_capacity(usize::from(next));
    let mut spans = Vec::with_capacity(usize::from(next));
    for step in segments.into_iter().flat_map(|segment| segment.steps) {
        if let Some(instruction) = instruction(&mut data, step.op, &address) {
            instructions.push(instruction);
            spans.push(step.span);
        }
    }
    (code.instructions, code.instruction_spans) = (instructions, spans);
    code.instruction_data = data;
}

fn move_entries(code: &mut Code, segments: &[Segment], address: &impl Fn(u16) -> u16) {
    let moved = |old: usize| u16::try_from(old).map_or(old, |old| usize::from(address(old)));
    let moved_short = |old: u32| u16::try_from(old).map_or(old, |old| u32::from(address(old)));
    for entry in code.entry_points.values_mut() {
        *entry = moved(*entry);
    }
    code.main_entry_point = moved_short(code.main_entry_point);
    for (rule, info) in code.rule_infos.iter_mut().enumerate() {
        let mut definitions = (*info.definitions).clone();
        for entry in definitions.iter_mut().flatten() {
            *entry = moved_short(*entry);
        }
        info.definitions = definitions.into();
        for (definition, block) in info.destructuring_blocks.iter_mut().enumerate() {
            let part = Part::Arguments(rule, definition);
            // A block of which nothing is left need not be entered.
            let is_left = segments
                .iter()
                .any(|segment| segment.part == part && !segment.steps.iter().all(Step::is_gone));
            *block = block.filter(|_| is_left).map(moved_short);
        }
    }
}

fn instruction(
    data: &mut InstructionData,
    op: Op,
    address: &impl Fn(u16) -> u16,
) -> Option<Instruction> {
    use Instruction as I;
    Some(match op {
        Op::Gone => return None,
        Op::Plain(I::LoopNext {
            body_start,
            loop_end,
        }) => I::LoopNext {
            body_start: address(body_start),
            loop_end: address(loop_end),
        },
        Op::Plain(plain) => plain,
        Op::Loop(params) => I::LoopStart {
            params_index: data.add_loop_params(LoopStartParams {
                body_start: address(params.body_start),
                loop_end: address(params.loop_end),
                ..params
            }),
        },
        Op::Comprehension(params) => I::ComprehensionBegin {
            params_index: data.add_comprehension_begin_params(ComprehensionBeginParams {
                body_start: address(params.body_start),
                comprehension_end: address(params.comprehension_end),
                ..params
            }),
        },
        Op::Builtin(params) => I::BuiltinCall {
            params_index: data.add_builtin_call_params(params),
        },
        Op::Function(params) => I::FunctionCall {
            params_index: data.add_function_call_params(params),
        },
        Op::Object(params) => I::ObjectCreate {
            params_index: data.add_object_create_params(params),
        },
        Op::Array(params) => I::ArrayCreate {
            params_index: data.add_array_create_params(params),
        },
        Op::Set(params) => I::SetCreate {
            params_index: data.add_set_create_params(params),
        },
        Op::Chain(params) => I::ChainedIndex {
            params_index: data.add_chained_index_params(params),
        },
        Op::Document(params) => I::VirtualDataDocumentLookup {
            params_index: data.add_virtual_data_document_lookup_params(params),
        },
    })
}
