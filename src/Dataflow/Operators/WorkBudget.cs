using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Operators;

/// <summary>
/// Bounds what a thread does for one view that is being filled. It is found by the thread, not handed on: the loops of operators are the same in steps, which have no such bound, and ask in passing.
/// </summary>
internal sealed class WorkBudget : IDisposable
{
    /// <summary>Rows that an operator reads between two looks. A power of two.</summary>
    public const int RowsReadPerLook = 256;

    /// <summary>Rows that an operator tells between two looks. A power of two.</summary>
    public const int RowsToldPerLook = 4096;

    private const int LooksPerCount = 16;

    [ThreadStatic]
    private static WorkBudget? t_current;

    private readonly Func<long> _bytes;
    private readonly long _bytesAtStart;
    private readonly long _bytesMax;
    private readonly CancellationToken _cancellation;
    private int _looks;

    /// <param name="bytes">What is taken at this moment, of all.</param>
    /// <param name="bytesMax">By how much it may grow.</param>
    /// <param name="cancellation">Ends the work.</param>
    public WorkBudget(Func<long> bytes, long bytesMax, CancellationToken cancellation)
    {
        _bytes = bytes;
        _bytesAtStart = bytes();
        _bytesMax = bytesMax;
        _cancellation = cancellation;
        t_current = this;
    }

    /// <summary>Looks whether the thread's work, if it is bounded, may go on.</summary>
    /// <exception cref="RowMemoryException">It took too much memory.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Look() => t_current?.Check();

    public void Dispose() => t_current = null;

    private void Check()
    {
        _cancellation.ThrowIfCancellationRequested();
        // To count takes longer than to be cancelled.
        if (++_looks % LooksPerCount != 0) return;
        long taken = _bytes() - _bytesAtStart;
        if (taken > _bytesMax)
            throw new RowMemoryException($"The rows that are put together take {taken:N0} bytes already, over the bound of {_bytesMax:N0}. Ask for fewer rows or columns, make it a materialized view, or raise the bound.");
    }
}
