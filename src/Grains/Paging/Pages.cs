using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;

namespace Orrery.Grains.Paging;

/// <summary>Cuts pages out of lists. The cursor is the key of the page's last item, so pages stay right while items come and go.</summary>
static class Pages
{
    public const int LimitMax = 500;

    /// <summary>One page of items that are unique by key.</summary>
    /// <param name="items">All items, in any order.</param>
    /// <param name="key">An item's key, compared ordinally.</param>
    /// <param name="matches">Whether an item holds the searched text.</param>
    /// <param name="request">Which page.</param>
    /// <param name="descending">Greatest key first.</param>
    public static Page<T> Cut<T>(IEnumerable<T> items, Func<T, string> key, Func<T, string, bool> matches, PageRequest request, bool descending = false)
    {
        if (request.Limit is < 1 or > LimitMax)
            throw new InvalidInputException("limit", $"A page cannot have {request.Limit} items; ask for 1 to {LimitMax}.");
        string? search = string.IsNullOrWhiteSpace(request.Search) ? null : request.Search.Trim();
        var found = items.Where(item => search is null || matches(item, search)).ToList();
        int sign = descending ? -1 : 1;
        found.Sort((left, right) => sign * string.CompareOrdinal(key(left), key(right)));
        int start = request.After is { } after ? FirstBeyond(found, key, after, sign) : 0;
        var page = found.GetRange(start, Math.Min(request.Limit, found.Count - start));
        bool ends = start + page.Count == found.Count;
        return new Page<T>(page, ends ? null : key(page[^1]), found.Count);
    }

    /// <summary>Whether one of the texts contains the searched one, ignoring case.</summary>
    public static bool AnyContains(string search, params ReadOnlySpan<string?> texts)
    {
        foreach (string? text in texts)
            if (text is not null && text.Contains(search, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    static int FirstBeyond<T>(List<T> sorted, Func<T, string> key, string after, int sign)
    {
        int low = 0, high = sorted.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sign * string.CompareOrdinal(key(sorted[middle]), after) <= 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
