using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;

namespace Orrery.Sql.Rows;

/// <summary>A total order of the rows of one layout: by the keys, then by the rows' bytes. For one thread at a time.</summary>
public sealed class RowOrder(SortKeys keys, RowLayout layout) : IComparer<nint>, IDisposable
{
    private readonly RowComparison _compare = ExpressionCompiler.Comparison(keys, layout);
    private readonly RowComparison? _compareKeys = keys.Count == 0 ? null : ExpressionCompiler.Comparison(keys, layout, false);
    private readonly RowArena _arena = new();
    private EvaluationContext? _context;

    /// <summary>Below zero where the left row comes first, zero only for equal rows.</summary>
    /// <exception cref="Types.SqlValueException">A key cannot be computed.</exception>
    public int Compare(nint left, nint right) => _compare(left, right, _context ??= new EvaluationContext(_arena));

    /// <summary>By the keys alone: zero for rows of one rank.</summary>
    public int CompareKeys(nint left, nint right) => _compareKeys is null ? 0 : _compareKeys(left, right, _context ??= new EvaluationContext(_arena));

    public void Dispose()
    {
        _context?.Dispose();
        _arena.Dispose();
    }
}
