using Orrery.Runtime.Storage;
using Orrery.Storage.Chunks;

namespace Orrery.Storage.Copy;

/// <summary>How far a copy has come: the last row ids of the source that are in the target.</summary>
sealed record CopyMark(string Source, long StateId, long ChunkId, bool IsFinished);

/// <summary>A store that rows are copied into. Each write stores its rows together with the mark; repeating one is harmless.</summary>
interface ICopyTarget : IAsyncDisposable
{
    string Description { get; }

    /// <summary>The mark of an earlier copy; null where none was begun.</summary>
    Task<CopyMark?> ReadMarkAsync(CancellationToken cancellationToken);

    /// <summary>Whether it holds no grain state, no reminder and no chunk.</summary>
    Task<bool> IsEmptyAsync(CancellationToken cancellationToken);

    Task WriteAsync(IReadOnlyList<StateRow> states, IReadOnlyList<ReminderRow> reminders, IReadOnlyList<Chunk> chunks, CopyMark mark, CancellationToken cancellationToken);

    IAsyncEnumerable<StateRow> ReadStatesAsync(CancellationToken cancellationToken);

    IReminderTable Reminders { get; }

    IAsyncEnumerable<Chunk> ReadChunksAsync(CancellationToken cancellationToken);
}
