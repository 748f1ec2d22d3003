namespace Orrery.Sql.Compilation;

/// <summary>Whether a condition holds (neither false nor null) for a row, or for a pair of rows.</summary>
/// <param name="left">A packed row.</param>
/// <param name="right">The other packed row; 0 where there is one input.</param>
public delegate bool RowPredicate(nint left, nint right, EvaluationContext context);

/// <summary>Makes a row in the context's arena.</summary>
public delegate nint RowProjection(nint left, nint right, EvaluationContext context);

/// <summary>Computes an integer, a date or an instant (microseconds); <see cref="ExpressionCompiler.NullInstant"/> for NULL.</summary>
public delegate long RowInstant(nint left, nint right, EvaluationContext context);

/// <summary>Computes a value of any type, in the managed form that <see cref="Rows.RowValues"/> has; allocates, so not for rows by the million.</summary>
public delegate object? RowValue(nint left, nint right, EvaluationContext context);

/// <summary>Compares two rows of one layout: below zero, zero, above.</summary>
public delegate int RowComparison(nint left, nint right, EvaluationContext context);
