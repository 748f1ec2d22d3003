using Orrery.Grains.Storing;

namespace Orrery.Grains.News;

sealed class NewsInboxState
{
    /// <summary>Recipients whose names are in blocks.</summary>
    public int Names { get; set; }

    /// <summary>Articles that have marks in blocks.</summary>
    public SortedSet<string> Articles { get; set; } = new(StringComparer.Ordinal);
}

/// <summary>An article's marks as a value of storage, so that <see cref="StateWriter"/> groups their writes.</summary>
sealed class MarksStorage(IBlockGrain block, NewsMarks marks) : IStorage
{
    public string? Etag => null;

    public bool RecordExists => true;

    public Task ReadStateAsync() => throw new NotSupportedException("Marks are read with their inbox.");

    public Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();

    public Task WriteStateAsync() => block.Write(marks.Write());

    public Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();

    public Task ClearStateAsync() => block.Clear();

    public Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();
}
