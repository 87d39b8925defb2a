//! Claims: sides with `==`, `<=`, `>=` between them, or a property of an expression.

use crate::lexer::lex;
use crate::native::NATIVE;
use crate::token::{Kind, Token};
use hadamard_algebra::ops::similar;
use hadamard_algebra::{Claim, Diagnostic, Expr, Property, Relation, Span};

/// Reads a claim: `A .* B == B .* A`, `rank(A .* B) <= rank(A) * rank(B)`, `a <= b <= c`, `psd(A .* B)`.
///
/// ```
/// use hadamard_algebra::{Claim, Property, Relation};
/// let claim = hadamard_notation::parse_claim("det(A) <= det(A .* B) <= 3")?;
/// assert!(matches!(claim, Claim::Chain { relations, .. } if relations[1].0 == Relation::AtMost));
/// let claim = hadamard_notation::parse_claim("psd(A .* B)")?;
/// assert!(matches!(claim, Claim::Has { property: Property::Psd, .. }));
/// # Ok::<(), hadamard_algebra::Diagnostic>(())
/// ```
///
/// # Errors
///
/// As [`parse`](crate::parse()); also `no-claim` for a text that claims nothing.
pub fn parse_claim(text: &str) -> Result<Claim, Diagnostic> {
    let tokens = lex(text, &NATIVE).tokens;
    if let Some((property, at, inside)) = property_of(text, &tokens) {
        return Ok(Claim::Has { property, at, of: side(text, inside)? });
    }
    let relations = relations(text, &tokens);
    let mut from = 0;
    let mut sides = Vec::new();
    for (_, span) in &relations {
        sides.push(side(text, Span::new(from, span.start))?);
        from = span.end;
    }
    sides.push(side(text, Span::new(from, text.len()))?);
    if relations.is_empty() {
        return Err(no_claim(text));
    }
    Ok(Claim::Chain { sides, relations })
}

/// Reads what is given: properties separated by commas, `psd A, nonzero(B .* C)`.
///
/// ```
/// let given = hadamard_notation::parse_given("psd A, nonzero(B)")?;
/// assert_eq!(given.len(), 2);
/// # Ok::<(), hadamard_algebra::Diagnostic>(())
/// ```
///
/// # Errors
///
/// As [`parse`](crate::parse()); also `unknown-property`.
pub fn parse_given(text: &str) -> Result<Vec<(Property, Expr)>, Diagnostic> {
    let tokens = lex(text, &NATIVE).tokens;
    let mut depth = 0usize;
    let mut parts = vec![Vec::new()];
    for &token in &tokens {
        depth = nested(depth, token.kind);
        match token.kind {
            Kind::Comma | Kind::Semicolon if depth == 0 => parts.push(Vec::new()),
            Kind::End => {}
            _ => parts[..].last_mut().expect("there is always a part").push(token),
        }
    }
    let mut given = Vec::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        let name = part[0].span();
        let word = &text[name.start..name.end];
        let Some(property) = Property::by_name(word) else {
            return Err(unknown_property(word, name));
        };
        let rest = Span::new(name.end, part[part.len() - 1].span().end);
        given.push((property, side(text, rest)?));
    }
    Ok(given)
}

/// The expression in a part of the text, with its places in the whole.
fn side(text: &str, part: Span) -> Result<Expr, Diagnostic> {
    // What stands before becomes spaces, so that places need no correction.
    let padded = format!("{}{}", " ".repeat(part.start), &text[part.start..part.end]);
    let formula = crate::parse(&padded).map_err(|error| match error.code {
        "empty-formula" if !text.trim().is_empty() => {
            Diagnostic::new("unexpected-end", part, "a side of the claim is missing").help("write `A .* B == B .* A`")
        }
        _ => error,
    })?;
    match <[_; 1]>::try_from(formula.statements) {
        Ok([statement]) if statement.name.is_none() => Ok(statement.expr),
        _ => {
            let message = "a claim is about expressions, without `;` and without names for results";
            Err(Diagnostic::new("no-claim", part, message).help("write `A .* B == B .* A`"))
        }
    }
}

fn nested(depth: usize, kind: Kind) -> usize {
    match kind {
        Kind::OpenParen | Kind::DotParen | Kind::OpenBracket => depth + 1,
        Kind::CloseParen | Kind::CloseBracket => depth.saturating_sub(1),
        _ => depth,
    }
}

/// The relations outside all brackets.
fn relations(text: &str, tokens: &[Token]) -> Vec<(Relation, Span)> {
    let mut depth = 0;
    let mut found = Vec::new();
    for token in tokens {
        depth = nested(depth, token.kind);
        let span = token.span();
        let relation = Relation::ALL.into_iter().find(|r| r.sign() == &text[span.start..span.end]);
        if let (0, Some(relation)) = (depth, relation) {
            found.push((relation, span));
        }
    }
    found
}

/// The property and the place of its argument, if the whole text is `property(…)`.
fn property_of(text: &str, tokens: &[Token]) -> Option<(Property, Span, Span)> {
    let mut tokens = tokens.iter().filter(|t| t.kind != Kind::Newline);
    let (name, open) = (tokens.next()?.span(), tokens.next()?);
    let property = Property::by_name(&text[name.start..name.end])?;
    if open.kind != Kind::OpenParen {
        return None;
    }
    let mut depth = 1;
    while depth > 0 {
        let token = tokens.next().filter(|t| t.kind != Kind::End)?;
        depth = nested(depth, token.kind);
        if depth == 0 {
            let inside = Span::new(open.span().end, token.span().start);
            return (tokens.next()?.kind == Kind::End).then_some((property, name, inside));
        }
    }
    None
}

fn no_claim(text: &str) -> Diagnostic {
    let whole = Span::new(0, text.len());
    Diagnostic::new("no-claim", whole, "this is an expression, which is neither true nor false")
        .help("compare it: `A .* B == B .* A`, or `<=`, `>=`")
        .help(format!("or claim a property of it: {}", names()))
}

fn unknown_property(word: &str, span: Span) -> Diagnostic {
    let error = Diagnostic::new("unknown-property", span, format!("there is no property `{word}`"));
    let known = || Property::ALL.into_iter().map(Property::name);
    match similar(word, known()).first() {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help(format!("the properties are {}", names())),
    }
}

fn names() -> String {
    Property::ALL.map(Property::name).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_keep_their_places() {
        let text = "A .* B  == (B .== A) # nothing";
        let Claim::Chain { sides, relations } = parse_claim(text).unwrap() else { panic!() };
        let words: Vec<&str> = sides.iter().map(|s| &text[s.span.start..s.span.end]).collect();
        assert_eq!(words, ["A .* B", "(B .== A)"]);
        assert_eq!(relations, [(Relation::Equal, Span::new(8, 10))]);
    }

    #[test]
    fn chains_and_properties() {
        let Claim::Chain { sides, relations } = parse_claim("a <= b <= c >= d").unwrap() else { panic!() };
        assert_eq!((sides.len(), relations.len()), (4, 3));
        assert!(matches!(parse_claim("psd(A .* B)").unwrap(), Claim::Has { property: Property::Psd, .. }));
        // Brackets that do not enclose the whole are no argument of a property.
        assert_eq!(parse_claim("psd(A) .* B").unwrap_err().code, "unknown-function");
    }

    #[test]
    fn what_claims_nothing() {
        for (text, code) in [
            ("A .* B", "no-claim"),
            ("A == ", "unexpected-end"),
            ("A == B; C", "no-claim"),
            ("C = A == B", "no-claim"),
            ("A @ B == C", "unexpected-token"),
            ("", "empty-formula"),
            ("== A", "unexpected-end"),
        ] {
            assert_eq!(parse_claim(text).unwrap_err().code, code, "{text}");
        }
    }

    #[test]
    fn what_is_given() {
        let given = parse_given("psd A, nonzero(B .* [1, 2]); symmetric C.'").unwrap();
        let properties: Vec<Property> = given.iter().map(|(p, _)| *p).collect();
        assert_eq!(properties, [Property::Psd, Property::Nonzero, Property::Symmetric]);
        assert_eq!(parse_given("").unwrap(), []);
        let error = parse_given("psd A, simmetric B").unwrap_err();
        assert_eq!((error.code, error.span), ("unknown-property", Span::new(7, 16)));
        assert_eq!(error.help, ["did you mean `symmetric`?"]);
    }
}
