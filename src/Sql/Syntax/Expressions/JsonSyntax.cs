namespace Orrery.Sql.Syntax;

/// <summary><c>JSON_EXISTS(json, 'path' [behaviour ON ERROR])</c>.</summary>
/// <param name="OnError">True, False, Unknown or Error; null for the default, false.</param>
public sealed record JsonExistsSyntax(ExpressionSyntax Json, ExpressionSyntax Path, JsonBehaviour? OnError) : ExpressionSyntax;

/// <summary><c>JSON_VALUE(json, 'path' [RETURNING t] [... ON EMPTY] [... ON ERROR])</c>: a scalar.</summary>
/// <param name="Returning">Null for STRING.</param>
/// <param name="OnEmpty">Null for the default, NULL.</param>
/// <param name="OnError">Null for the default, NULL.</param>
public sealed record JsonValueSyntax(ExpressionSyntax Json, ExpressionSyntax Path, TypeSyntax? Returning, JsonDefaultSyntax? OnEmpty, JsonDefaultSyntax? OnError) : ExpressionSyntax;

/// <summary>What JSON_VALUE gives instead: NULL, ERROR, or DEFAULT with its value.</summary>
/// <param name="Behaviour">Null, Error or Default.</param>
/// <param name="Value">Of DEFAULT; null otherwise.</param>
public sealed record JsonDefaultSyntax(JsonBehaviour Behaviour, ExpressionSyntax? Value) : SyntaxNode;

/// <summary><c>JSON_QUERY(json, 'path' [RETURNING t] [wrapper] [... ON EMPTY] [... ON ERROR])</c>: an object or an array.</summary>
/// <param name="OnEmpty">Null, EmptyArray, EmptyObject or Error; null for the default, NULL.</param>
/// <param name="OnError">As <paramref name="OnEmpty"/>.</param>
public sealed record JsonQuerySyntax(ExpressionSyntax Json, ExpressionSyntax Path, TypeSyntax? Returning, JsonWrapper Wrapper, JsonBehaviour? OnEmpty, JsonBehaviour? OnError) : ExpressionSyntax;

public enum JsonBehaviour { Null, Error, Default, True, False, Unknown, EmptyArray, EmptyObject }

/// <summary>Without: a scalar is an error. Conditional: what is no single object or array is wrapped into an array. Unconditional: always.</summary>
public enum JsonWrapper { Without, Conditional, Unconditional }

/// <summary><c>JSON_OBJECT('k' VALUE v, ... [NULL | ABSENT ON NULL])</c>.</summary>
/// <param name="AbsentOnNull">Members whose value is null are left out.</param>
public sealed record JsonObjectSyntax(SyntaxList<JsonMemberSyntax> Members, bool AbsentOnNull) : ExpressionSyntax;

/// <summary>A member of a JSON object: <c>KEY 'k' VALUE v</c>, <c>'k' VALUE v</c>, <c>'k': v</c>.</summary>
public sealed record JsonMemberSyntax(ExpressionSyntax Key, ExpressionSyntax Value) : SyntaxNode;

/// <summary><c>JSON_ARRAY(a, b [NULL | ABSENT ON NULL])</c>.</summary>
public sealed record JsonArraySyntax(SyntaxList<ExpressionSyntax> Items, bool AbsentOnNull) : ExpressionSyntax;

/// <summary><c>JSON_OBJECTAGG(KEY k VALUE v [NULL | ABSENT ON NULL]) [FILTER (WHERE ...)]</c>, an aggregate.</summary>
public sealed record JsonObjectAggregateSyntax(JsonMemberSyntax Member, bool AbsentOnNull, ExpressionSyntax? Filter) : ExpressionSyntax;

/// <summary><c>JSON_ARRAYAGG(x [NULL | ABSENT ON NULL]) [FILTER (WHERE ...)]</c>, an aggregate.</summary>
public sealed record JsonArrayAggregateSyntax(ExpressionSyntax Item, bool AbsentOnNull, ExpressionSyntax? Filter) : ExpressionSyntax;
