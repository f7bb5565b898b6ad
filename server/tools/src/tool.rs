//! The trait of a tool, and its erased form.

use std::{
    any::type_name,
    fmt,
    future::{Future, ready},
    sync::OnceLock,
};

use futures::future::BoxFuture;
use model::{Locale, policy::Effect};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Annotations, ToolCx, ToolError, ToolOutput, ToolSpec, render::clean_line, schema};

/// Longest question to a person, in characters.
const QUESTION: usize = 600;

/// One tool. The file of a tool holds its declaration, its input and this implementation.
pub trait Tool: 'static {
    /// The declaration.
    const SPEC: ToolSpec;
    /// The arguments. Unknown arguments are refused, so that a misspelt one is not passed over.
    type Input: DeserializeOwned + JsonSchema + Send + 'static;

    /// What this call does; for tools that mix effects, the chosen operation decides.
    fn effect(_input: &Self::Input) -> Effect {
        Self::SPEC.effect
    }

    /// Whether a person must agree to this call before it runs, in a way that the model cannot
    /// give: what destroys, and what reaches people outside.
    fn needs_confirmation(input: &Self::Input) -> bool {
        Self::effect(input) == Effect::Destroy
    }

    /// Whether that person has to be asked after all, where only the thing itself tells what a call
    /// would take away. Asked of calls that [`Self::needs_confirmation`] and that nobody has
    /// agreed to; looking changes nothing.
    fn takes_away(
        _cx: &ToolCx,
        _input: &Self::Input,
    ) -> impl Future<Output = Result<bool, ToolError>> + Send {
        ready(Ok(true))
    }

    /// What that person is asked: one or two sentences that name the thing and what becomes of
    /// it, in the caller's language. Asking changes nothing.
    fn question(
        cx: &ToolCx,
        _input: &Self::Input,
    ) -> impl Future<Output = Result<String, ToolError>> + Send {
        ready(Ok(Self::SPEC.title.pick(cx.locale).to_owned()))
    }

    /// Does it.
    fn call(
        cx: &ToolCx,
        input: Self::Input,
    ) -> impl Future<Output = Result<ToolOutput, ToolError>> + Send;
}

type EffectOf = fn(&Value, Locale) -> Result<Effect, ToolError>;
type Needs = fn(&Value, Locale) -> Result<bool, ToolError>;
type Question = for<'a> fn(&'a ToolCx, Value) -> BoxFuture<'a, Result<String, ToolError>>;
type TakesAway = for<'a> fn(&'a ToolCx, Value) -> BoxFuture<'a, Result<bool, ToolError>>;
type Run = for<'a> fn(&'a ToolCx, Value) -> BoxFuture<'a, Result<ToolOutput, ToolError>>;

/// A registered tool, its type erased.
pub struct ToolDef {
    spec: ToolSpec,
    type_name: fn() -> &'static str,
    derive: fn() -> Value,
    effect_of: EffectOf,
    needs_confirmation: Needs,
    takes_away: TakesAway,
    question: Question,
    run: Run,
    schemas: [OnceLock<Value>; 4],
}

impl fmt::Debug for ToolDef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolDef")
            .field("name", &self.spec.name)
            .field("type", &(self.type_name)())
            .finish_non_exhaustive()
    }
}

impl ToolDef {
    /// The erased form of a tool.
    pub const fn of<T: Tool>() -> Self {
        Self {
            spec: T::SPEC,
            type_name: type_name::<T>,
            derive: schema::derive::<T::Input>,
            effect_of: |arguments, locale| {
                parse::<T>(arguments.clone(), locale).map(|input| T::effect(&input))
            },
            needs_confirmation: |arguments, locale| {
                parse::<T>(arguments.clone(), locale).map(|input| T::needs_confirmation(&input))
            },
            takes_away: |cx, arguments| {
                Box::pin(async move {
                    let input = parse::<T>(arguments, cx.locale)?;
                    T::takes_away(cx, &input).await
                })
            },
            question: |cx, arguments| {
                Box::pin(async move {
                    let input = parse::<T>(arguments, cx.locale)?;
                    T::question(cx, &input).await
                })
            },
            run: |cx, arguments| {
                Box::pin(async move {
                    let input = parse::<T>(arguments, cx.locale)?;
                    T::call(cx, input).await
                })
            },
            schemas: [const { OnceLock::new() }; 4],
        }
    }

    /// The declaration.
    pub const fn spec(&self) -> &ToolSpec {
        &self.spec
    }

    /// The name.
    pub const fn name(&self) -> &'static str {
        self.spec.name
    }

    /// The JSON Schema of the arguments, in one language. Computed once.
    pub fn input_schema(&self, locale: Locale) -> &Value {
        self.schema(locale, false)
    }

    /// The schema as the read-only profile shows it: of a tool that mixes effects, only the
    /// operations that read.
    pub fn read_only_schema(&self, locale: Locale) -> &Value {
        self.schema(locale, true)
    }

    /// The annotations as the whole profile or the read-only one shows them.
    pub const fn annotations(&self, read_only: bool) -> Annotations {
        self.spec.annotations(read_only)
    }

    fn schema(&self, locale: Locale, read_only: bool) -> &Value {
        let slot = usize::from(locale == Locale::Zh) * 2 + usize::from(read_only);
        self.schemas[slot]
            .get_or_init(|| schema::finish((self.derive)(), &self.spec, locale, read_only))
    }

    /// What a call with these arguments does.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] when the arguments do not fit the schema.
    pub fn effect_of(&self, arguments: &Value) -> Result<Effect, ToolError> {
        self.effect_in(arguments, Locale::En)
    }

    /// As [`Self::effect_of`], with the error in the caller's language.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] when the arguments do not fit the schema.
    pub fn effect_in(&self, arguments: &Value, locale: Locale) -> Result<Effect, ToolError> {
        (self.effect_of)(arguments, locale)
    }

    /// Whether a person must agree to a call with these arguments before it runs.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] when the arguments do not fit the schema.
    pub fn needs_confirmation(&self, arguments: &Value, locale: Locale) -> Result<bool, ToolError> {
        (self.needs_confirmation)(arguments, locale)
    }

    /// Whether a person has to be asked after all: found out by looking.
    ///
    /// # Errors
    /// Whatever would stop the call itself.
    pub async fn takes_away(&self, cx: &ToolCx, arguments: Value) -> Result<bool, ToolError> {
        (self.takes_away)(cx, arguments).await
    }

    /// What that person is asked, in one line of plain text: names in it are a stranger's.
    ///
    /// # Errors
    /// Whatever would stop the call itself, such as a thing that is not there or lies where the
    /// caller may not work.
    pub async fn question(&self, cx: &ToolCx, arguments: Value) -> Result<String, ToolError> {
        let question = (self.question)(cx, arguments).await?;
        Ok(clean_line(&question, QUESTION))
    }

    /// Runs it. The caller has authorised the effect before, and a person has agreed where that
    /// is needed.
    pub fn run<'a>(
        &self,
        cx: &'a ToolCx,
        arguments: Value,
    ) -> BoxFuture<'a, Result<ToolOutput, ToolError>> {
        (self.run)(cx, arguments)
    }
}

fn parse<T: Tool>(arguments: Value, locale: Locale) -> Result<T::Input, ToolError> {
    let arguments = match arguments {
        Value::Null => Value::Object(serde_json::Map::new()),
        other => other,
    };
    serde_json::from_value(arguments)
        .map_err(|fault| ToolError::bad_arguments(T::SPEC.name, &fault, locale))
}
