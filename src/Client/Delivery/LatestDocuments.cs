namespace Orrery.Client.Delivery;

/// <summary>A document of which only the newest version matters: registration, process table, one database's report.</summary>
internal sealed class LatestDocument(string key, string path, byte[] body)
{
    readonly TaskCompletionSource<bool> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Key { get; } = key;

    public string Path { get; } = path;

    public byte[] Body { get; } = body;

    /// <summary>True when the cloud took it; false when it refused it or a newer one came first.</summary>
    public Task<bool> Done => done.Task;

    public void Finish(bool taken) => done.TrySetResult(taken);
}

/// <summary>Documents that wait, one a key, oldest key first but the registration always in front.</summary>
internal sealed class LatestDocuments(int keysMax)
{
    readonly object gate = new();
    readonly List<LatestDocument> waiting = [];

    /// <returns>False when too many keys wait.</returns>
    public bool Put(LatestDocument document, bool front)
    {
        LatestDocument? replaced = null;
        lock (gate)
        {
            int at = waiting.FindIndex(d => d.Key == document.Key);
            if (at >= 0)
            {
                replaced = waiting[at];
                waiting[at] = document;
            }
            else if (waiting.Count >= keysMax)
                return false;
            else
                waiting.Insert(front ? 0 : waiting.Count, document);
        }
        replaced?.Finish(false);
        return true;
    }

    public LatestDocument? Peek()
    {
        lock (gate)
            return waiting.Count > 0 ? waiting[0] : null;
    }

    /// <summary>Removes it unless a newer one has taken its place.</summary>
    public void Remove(LatestDocument document)
    {
        lock (gate)
            waiting.Remove(document);
    }

    public bool Empty
    {
        get
        {
            lock (gate)
                return waiting.Count == 0;
        }
    }
}
