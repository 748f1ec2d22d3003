namespace Orrery.WebApi.Intake;

/// <summary>A server that a key has sent samples of.</summary>
/// <param name="key"><c>tenant/site/server</c>.</param>
/// <param name="index">Its number among the key's servers: where a request keeps the server's batch.</param>
/// <param name="partition">Its intake partition.</param>
internal sealed class ServerSlot(string key, int index, int partition)
{
    public string Key { get; } = key;

    public int Index { get; } = index;

    public int Partition { get; } = partition;

    /// <summary>Until when (minute of the doors) the site is known to have the server. It is asked again then, so that a deleted server that still sends comes back.</summary>
    public int EnsuredUntilMinute { get; set; }

    /// <summary>The site refused the server, because it is full, until then.</summary>
    public int RefusedUntilMinute { get; set; }
}
