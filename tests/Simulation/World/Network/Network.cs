namespace Orrery.Simulation;

/// <summary>All links, listeners and connections of the world.</summary>
internal sealed class Network(World world, Dice dice)
{
    private readonly Dictionary<(int From, int To), Link> _links = [];
    private readonly Dictionary<string, Listener> _listeners = new(StringComparer.Ordinal);
    private readonly List<Connection> _connections = [];
    private int _ports = 7000;

    public IReadOnlyList<Connection> Connections => _connections;

    public Link LinkFrom(Machine from, Machine to)
    {
        var pair = (from.Number, to.Number);
        if (!_links.TryGetValue(pair, out var link)) _links.Add(pair, link = new Link(dice.Fork()));
        return link;
    }

    public Listener Listen(Process process, string address)
    {
        int port = int.Parse(address[(address.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        string inForce = $"{process.Machine.Name}:{(port == 0 ? ++_ports : port)}";
        if (_listeners.TryGetValue(inForce, out var other) && other.Process.IsAlive) throw new IOException($"{inForce} is in use by {other.Process.Name}.");
        return _listeners[inForce] = new Listener(this, process, inForce);
    }

    public Listener? FindListener(string address) => _listeners.TryGetValue(address, out var listener) && listener.Process.IsAlive && !listener.IsClosed ? listener : null;

    public void Remove(Listener listener)
    {
        if (_listeners.TryGetValue(listener.Address, out var known) && ReferenceEquals(known, listener)) _listeners.Remove(listener.Address);
    }

    /// <summary>The machine's name is what stands before the port.</summary>
    public Machine? FindMachine(string address) => world.Machines.FirstOrDefault(machine => address.StartsWith(machine.Name, StringComparison.Ordinal) && address[machine.Name.Length] == ':');

    public Connection Connect(Process from, Listener to)
    {
        var connection = new Connection(world, from, to.Process, LinkFrom(from.Machine, to.Process.Machine), LinkFrom(to.Process.Machine, from.Machine), to.Address);
        _connections.Add(connection);
        return connection;
    }

    public void Forget(Connection connection) => _connections.Remove(connection);

    /// <summary>The process is gone. Its machine tells the others so, unless that has lost its power.</summary>
    public void OnDied(Process process)
    {
        foreach (var connection in _connections.ToArray())
            if (ReferenceEquals(connection.First.Process, process) || ReferenceEquals(connection.Second.Process, process)) connection.OnDied(process);
    }
}
