using System.Text.Json;

namespace Orrery.Grains.Storing;

/// <summary>A grain's value on one of the shelves of its kind. The grain reads it in its activation; an id that was made up finds nothing and leaves nothing behind.</summary>
sealed class ShelvedState<TState>(Grain grain, Func<string, IShelfGrain> shelfOf, string kind) : IStorage<TState>
    where TState : new()
{
    /// <summary>Shelves of each kind. Fixed once values were stored.</summary>
    const uint Shelves = 256;

    public TState State { get; set; } = new();

    public bool RecordExists { get; private set; }

    /// <summary>Always null: the shelf's own version guards it.</summary>
    public string? Etag => null;

    string Id => grain.GetPrimaryKeyString();

    IShelfGrain Shelf => shelfOf($"{kind}/{KeyHash.Of(Id) % Shelves}");

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public async Task ReadStateAsync(CancellationToken cancellationToken)
    {
        byte[]? content = await Shelf.Find(Id);
        RecordExists = content is not null;
        State = content is null ? new TState() : JsonSerializer.Deserialize<TState>(content)!;
    }

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public async Task WriteStateAsync(CancellationToken cancellationToken)
    {
        await Shelf.Put(Id, JsonSerializer.SerializeToUtf8Bytes(State));
        RecordExists = true;
    }

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public async Task ClearStateAsync(CancellationToken cancellationToken)
    {
        await Shelf.Put(Id, null);
        RecordExists = false;
        State = new TState();
    }
}
