using System.Linq.Expressions;

namespace Orrery.Sql.Compilation;

/// <summary>
/// Where generated code has a value: expressions that cost nothing to repeat (variables and constants). The value is the type's default while it is null.
/// </summary>
/// <param name="IsNull">Whether it is NULL; null here: it never is.</param>
/// <param name="Value">Of the form that <see cref="Types.SqlType"/> says.</param>
internal readonly record struct Slot(Expression? IsNull, Expression Value);
