using Orrery.Connectors.ObjectStores;

namespace Orrery.Connectors.Tests.Landing;

/// <summary>The process dies at the n-th change of the store: before it, or after it but before the answer. From then on nothing works.</summary>
sealed class CrashingStore(IObjectStore inner, int changesMax, bool doesTheLast) : IObjectStore
{
    int changes;

    public int Changes => changes;

    public bool Crashed { get; private set; }

    public string Address => inner.Address;

    public ValueTask<ObjectPage> ListAsync(string prefix, string? after, int limit, CancellationToken cancellationToken = default) => Alive().ListAsync(prefix, after, limit, cancellationToken);

    public ValueTask<ObjectEntry?> FindAsync(string name, CancellationToken cancellationToken = default) => Alive().FindAsync(name, cancellationToken);

    public ValueTask<Stream> OpenReadAsync(string name, CancellationToken cancellationToken = default) => Alive().OpenReadAsync(name, cancellationToken);

    public ValueTask PutAsync(string name, Stream content, CancellationToken cancellationToken = default) =>
        new(Change(async () => { await inner.PutAsync(name, content, cancellationToken); return true; }));

    public ValueTask<bool> PutIfAbsentAsync(string name, Stream content, CancellationToken cancellationToken = default) =>
        new(Change(async () => await inner.PutIfAbsentAsync(name, content, cancellationToken)));

    public ValueTask MoveAsync(string from, string to, CancellationToken cancellationToken = default) =>
        new(Change(async () => { await inner.MoveAsync(from, to, cancellationToken); return true; }));

    public ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default) =>
        new(Change(async () => { await inner.DeleteAsync(name, cancellationToken); return true; }));

    public void Dispose()
    {
    }

    async Task<bool> Change(Func<Task<bool>> change)
    {
        Alive();
        bool last = ++changes > changesMax;
        bool answer = !last || doesTheLast ? await change() : false;
        Crashed = last;
        return last ? throw Dead() : answer;
    }

    IObjectStore Alive() => Crashed ? throw Dead() : inner;

    static ObjectStoreException Dead() => new("The process died.", mayPass: true);
}
