namespace Orrery.Runtime;

/// <summary>The activations that share the calls of one stateless identity: an idle one is taken first, then a new one is made up to the bound, then the shortest mailbox.</summary>
internal sealed class StatelessWorkers(GrainTypeRuntime type, string key)
{
    private readonly Lock _lock = new();
    private Activation[] _members = [];

    public int Count => Volatile.Read(ref _members).Length;

    public Activation[] Members => Volatile.Read(ref _members);

    public Activation Take()
    {
        var members = Members;
        foreach (var member in members)
            if (Volatile.Read(ref member._state) == Activation.Free) return member;
        if (members.Length < type.WorkersLimit && Add() is { } made) return made;
        members = Members;
        var best = members[0];
        foreach (var member in members)
            if (member.QueuedCount < best.QueuedCount) best = member;
        return best;
    }

    public bool Remove(Activation activation)
    {
        lock (_lock)
        {
            int before = _members.Length;
            Volatile.Write(ref _members, [.. _members.Where(member => !ReferenceEquals(member, activation))]);
            return _members.Length < before;
        }
    }

    private Activation? Add()
    {
        lock (_lock)
        {
            if (_members.Length >= type.WorkersLimit) return null;
            type.Silo.CheckTakesNewGrains(type.Name, key);
            var made = new Activation(type, key);
            Volatile.Write(ref _members, [.. _members, made]);
            type.OnCreated(made);
            return made;
        }
    }
}
