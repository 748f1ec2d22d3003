namespace Orrery.Runtime.Transport;

/// <summary>Connections in the order in which they were opened. Few, changed seldom, and walked often by several threads.</summary>
internal sealed class SortedConnections
{
    private readonly Lock _lock = new();
    private Connection[] _all = [];

    public Connection[] All => Volatile.Read(ref _all);

    public void Add(Connection connection)
    {
        lock (_lock)
        {
            if (!_all.Contains(connection)) Volatile.Write(ref _all, [.. _all, connection]);
        }
    }

    public void Remove(Connection connection)
    {
        lock (_lock) Volatile.Write(ref _all, [.. _all.Where(other => !ReferenceEquals(other, connection))]);
    }
}
