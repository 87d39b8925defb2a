//! Claims: sides with `==`, `<=`, `>=` between them, or a property of an expression.

use crate::lexer::lex;
use crate::native::NATIVE;
use crate::token::{Kind, Token};
use hadamard_algebra::ops::similar;
use hadamard_algebra::{Claim, ClaimKind, Diagnostic, Expr, Property, Relation, Span, Statement};

/// Reads a claim: `A .* B == B .* A`, `a <= b <= c`, `psd(A .* B)`; before it results may be named.
///
/// ```
/// use hadamard_algebra::{ClaimKind, Property, Relation};
/// let claim = hadamard_notation::parse_claim("D = A .* B; det(A) <= det(D) <= 3")?;
/// assert!(matches!(claim.kind, ClaimKind::Chain(relations) if relations[1].0 == Relation::AtMost));
/// let claim = hadamard_notation::parse_claim("psd(A .* B)")?;
/// assert!(matches!(claim.kind, ClaimKind::Has(Property::Psd, _)));
/// # Ok::<(), hadamard_algebra::Diagnostic>(())
/// ```
///
/// # Errors
///
/// As [`parse`](crate::parse()); also `no-claim` for a text that claims nothing.
pub fn parse_claim(text: &str) -> Result<Claim, Diagnostic> {
    let tokens = lex(text, &NATIVE).tokens;
    let (definitions, tokens) = definitions(text, &tokens)?;
    let end = tokens.last().map_or(text.len(), |t| t.span().end);
    let mut from = tokens.first().map_or(0, |t| t.span().start);
    if let Some((property, at, inside)) = property_of(text, tokens) {
        return Ok(Claim { definitions, sides: vec![side(text, inside)?], kind: ClaimKind::Has(property, at) });
    }
    let relations = relations(text, tokens);
    let mut sides = Vec::new();
    for (_, span) in &relations {
        sides.push(side(text, Span::new(from, span.start))?);
        from = span.end;
    }
    sides.push(side(text, Span::new(from, end))?);
    if relations.is_empty() {
        return Err(no_claim(sides[0].span));
    }
    Ok(Claim { definitions, sides, kind: ClaimKind::Chain(relations) })
}

/// The statements before the last, which must be named, and the tokens of the last.
fn definitions<'t>(text: &str, tokens: &'t [Token]) -> Result<(Vec<Statement>, &'t [Token]), Diagnostic> {
    let ends = |kind: Kind| matches!(kind, Kind::Semicolon | Kind::Newline | Kind::End);
    let mut last = tokens.len();
    while last > 0 && ends(tokens[last - 1].kind) {
        last -= 1;
    }
    let mut depth = 0;
    let mut from = 0;
    for (i, token) in tokens[..last].iter().enumerate() {
        depth = nested(depth, token.kind);
        let goes_on = i > 0 && matches!(tokens[i - 1].kind, Kind::Sign(_));
        if depth == 0 && (token.kind == Kind::Semicolon || token.kind == Kind::Newline && !goes_on) {
            from = i + 1;
        }
    }
    let statements = match from {
        0 => Vec::new(),
        _ => crate::parse(&text[..tokens[from - 1].span().start])?.statements,
    };
    if let Some(unnamed) = statements.iter().find(|s| s.name.is_none()) {
        return Err(Diagnostic::new("no-claim", unnamed.expr.span, "only the last statement is the claim")
            .help("name what stands before it: `D = A .* B; D == B .* A`"));
    }
    Ok((statements, &tokens[from..last]))
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
        let Some(property) = Property::by_word(word) else {
            let words = part.iter().map(|token| &text[token.span().start..token.span().end]);
            let error = unknown_property(word, name);
            return Err(match words.clone().find(|w| Property::by_word(w).is_some()) {
                Some(property) => error.help(format!("the property stands first: `{property} {word}`")),
                None => error,
            });
        };
        if part.len() == 1 {
            let message = format!("`{word}` is given of nothing");
            return Err(Diagnostic::new("unexpected-end", name, message).help(format!("write `{word} A`")));
        }
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
        _ => Err(Diagnostic::new("no-claim", part, "a side of a claim is an expression, not a definition")
            .help("write `D = A .* B; D == B .* A`")),
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

/// The property and the place of its argument, if these tokens are `property(…)`.
fn property_of(text: &str, tokens: &[Token]) -> Option<(Property, Span, Span)> {
    let [name, open, inside @ .., close] = tokens else { return None };
    let at = name.span();
    let property = Property::by_word(&text[at.start..at.end])?;
    let mut depth = 1;
    let encloses = inside.iter().all(|token| {
        depth = nested(depth, token.kind);
        depth > 0
    });
    (open.kind == Kind::OpenParen && close.kind == Kind::CloseParen && encloses && depth == 1).then_some((
        property,
        at,
        Span::new(open.span().end, close.span().start),
    ))
}

fn no_claim(whole: Span) -> Diagnostic {
    Diagnostic::new("no-claim", whole, "this is an expression, which is neither true nor false")
        .help("compare it: `A .* B == B .* A`, or `<=`, `>=`")
        .help(format!("or claim a property of it: {}", names()))
}

fn unknown_property(word: &str, span: Span) -> Diagnostic {
    let error = Diagnostic::new("unknown-property", span, format!("there is no property `{word}`"));
    let known = || Property::all().map(|(_, word, _)| word);
    match similar(word, known()).first() {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help(format!("the properties are {}", names())),
    }
}

fn names() -> String {
    Property::all().map(|(_, word, _)| word).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_keep_their_places() {
        let text = "A .* B  == (B .== A) # nothing";
        let claim = parse_claim(text).unwrap();
        let words: Vec<&str> = claim.sides.iter().map(|s| &text[s.span.start..s.span.end]).collect();
        assert_eq!(words, ["A .* B", "(B .== A)"]);
        assert_eq!(claim.kind, ClaimKind::Chain(vec![(Relation::Equal, Span::new(8, 10))]));
    }

    #[test]
    fn chains_properties_and_definitions() {
        let claim = parse_claim("a <= b <= c >= d").unwrap();
        assert!(claim.sides.len() == 4 && matches!(claim.kind, ClaimKind::Chain(r) if r.len() == 3));
        for text in ["psd(A .* B)", "D = [1; 2]\nE = A .*\n B; psd(E)\n"] {
            let claim = parse_claim(text).unwrap();
            assert!(matches!(claim.kind, ClaimKind::Has(Property::Psd, _)), "{text}");
            assert_eq!(claim.definitions.len(), text.matches('=').count());
        }
        // Brackets that do not enclose the whole are no argument of a property.
        assert_eq!(parse_claim("psd(A) .* (B)").unwrap_err().code, "unknown-function");
    }

    #[test]
    fn what_claims_nothing() {
        for (text, code) in [
            ("A .* B", "no-claim"),
            ("A == ", "unexpected-end"),
            ("C; A == B", "no-claim"),
            ("C = A == B", "no-claim"),
            ("A @ B == C", "unexpected-token"),
            ("", "empty-formula"),
            ("== A", "unexpected-end"),
            ("psd()", "unexpected-end"),
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
