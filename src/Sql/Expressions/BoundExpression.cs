using Orrery.Sql.Types;

namespace Orrery.Sql.Expressions;

/// <summary>
/// An expression whose names and types are settled. Operators, functions, CASE's kin (COALESCE, NULLIF, IF), AND and OR are all
/// <see cref="CallExpression"/>s of a <see cref="Functions.ScalarFunction"/>; arguments already have the types that the function asked for.
/// Records compare by what they say, so that equal expressions are found.
/// </summary>
public abstract record BoundExpression(SqlType Type);

/// <summary>A column of the input row, by its place.</summary>
public sealed record ColumnExpression(int Index, SqlType Type, string Name) : BoundExpression(Type);

/// <summary>
/// A constant: null, <see cref="bool"/>, <see cref="long"/>, <see cref="Int128"/>, <see cref="double"/>, <see cref="string"/> for strings, or
/// <see cref="System.Collections.Immutable.ImmutableArray{T}"/> of bytes for binaries, as <see cref="SqlType"/> says.
/// </summary>
public sealed record ConstantExpression(object? Value, SqlType Type) : BoundExpression(Type);

/// <summary>A call of a function or an operator.</summary>
public sealed record CallExpression(Functions.ScalarFunction Function, Arguments Arguments, SqlType Type) : BoundExpression(Type);

/// <summary>CASE WHEN; conditions are tried in order and a branch is computed only where it is taken.</summary>
/// <param name="Branches">Condition, value, condition, value, ...</param>
/// <param name="Else">The value where none holds.</param>
public sealed record CaseExpression(Arguments Branches, BoundExpression Else, SqlType Type) : BoundExpression(Type);

/// <summary>A cast; with <paramref name="IsTry"/> a value that does not fit is NULL, else an error.</summary>
public sealed record CastExpression(BoundExpression Operand, bool IsTry, SqlType Type) : BoundExpression(Type);

/// <summary>A value among constants of its own type; three-valued as IN is.</summary>
public sealed record InListExpression(BoundExpression Operand, Arguments Items, SqlType Type) : BoundExpression(Type);

/// <summary>The clock of the epoch: NOW(), CURRENT_TIMESTAMP, PROCTIME(). A TIMESTAMP_LTZ that is not null.</summary>
public sealed record NowExpression() : BoundExpression(SqlType.TimestampLtz.Nullable(false));
