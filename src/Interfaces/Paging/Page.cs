namespace Orrery.Interfaces.Paging;

/// <summary>One page of a list, in the list's stable order.</summary>
/// <param name="Items">At most the asked number of items.</param>
/// <param name="Next">The cursor that continues after the last item, or null at the end. Opaque to callers.</param>
/// <param name="Total">How many items match in all, or null where counting would cost too much.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next, int? Total = null);

/// <summary>Which page of a list.</summary>
/// <param name="Limit">Most items wanted, 1 to 500.</param>
/// <param name="After">The <see cref="Page{T}.Next"/> of the page before, or null for the first.</param>
/// <param name="Search">Keep only items whose id or name contains this, ignoring case; null keeps all.</param>
public sealed record PageRequest(int Limit = 100, string? After = null, string? Search = null);
