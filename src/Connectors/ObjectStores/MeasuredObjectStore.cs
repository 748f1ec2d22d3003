namespace Orrery.Connectors.ObjectStores;

/// <summary>An object store whose operations are measured.</summary>
/// <param name="inner">The store; owned.</param>
/// <param name="kind">Its kind, as meters name it: folder, s3, webhdfs.</param>
/// <param name="time">Measures.</param>
/// <param name="instruments">What is counted.</param>
public sealed class MeasuredObjectStore(IObjectStore inner, string kind, TimeProvider time, ObjectStoreInstruments instruments) : IObjectStore
{
    public string Address => inner.Address;

    public ValueTask<ObjectPage> ListAsync(string prefix, string? after, int limit, CancellationToken cancellationToken = default) =>
        MeasureAsync("list", () => inner.ListAsync(prefix, after, limit, cancellationToken));

    public ValueTask<ObjectEntry?> FindAsync(string name, CancellationToken cancellationToken = default) =>
        MeasureAsync("find", () => inner.FindAsync(name, cancellationToken));

    public ValueTask<Stream> OpenReadAsync(string name, CancellationToken cancellationToken = default) =>
        MeasureAsync("read", () => inner.OpenReadAsync(name, cancellationToken));

    public async ValueTask PutAsync(string name, Stream content, CancellationToken cancellationToken = default)
    {
        long bytes = content.Length - content.Position;
        await MeasureAsync("put", () => Answered(inner.PutAsync(name, content, cancellationToken)));
        instruments.Wrote(kind, bytes);
    }

    public async ValueTask<bool> PutIfAbsentAsync(string name, Stream content, CancellationToken cancellationToken = default)
    {
        long bytes = content.Length - content.Position;
        bool isWritten = await MeasureAsync("put", () => inner.PutIfAbsentAsync(name, content, cancellationToken));
        if (isWritten) instruments.Wrote(kind, bytes);
        return isWritten;
    }

    public async ValueTask MoveAsync(string from, string to, CancellationToken cancellationToken = default) =>
        await MeasureAsync("move", () => Answered(inner.MoveAsync(from, to, cancellationToken)));

    public async ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default) =>
        await MeasureAsync("delete", () => Answered(inner.DeleteAsync(name, cancellationToken)));

    public void Dispose() => inner.Dispose();

    async ValueTask<T> MeasureAsync<T>(string operation, Func<ValueTask<T>> ask)
    {
        long started = time.GetTimestamp();
        string outcome = "failed";
        try
        {
            T result = await ask();
            outcome = "done";
            return result;
        }
        catch (ObjectMissingException)
        {
            outcome = "missing";
            throw;
        }
        catch (OperationCanceledException)
        {
            outcome = "cancelled";
            throw;
        }
        finally
        {
            instruments.Ended(kind, operation, outcome, time.GetElapsedTime(started));
        }
    }

    static async ValueTask<bool> Answered(ValueTask operation)
    {
        await operation;
        return true;
    }
}
