using System.Collections.Concurrent;
using System.Reflection;
using Orrery.Runtime.CodeGeneration;

namespace Orrery.Runtime;

/// <summary>The grain classes of a silo, and which of them a call through an interface reaches.</summary>
internal sealed class GrainDirectory
{
    private readonly Silo _silo;
    private readonly ConcurrentDictionary<string, GrainTypeRuntime> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<GrainTypeRuntime>> _byInterface = new(StringComparer.Ordinal);
    private GrainTypeRuntime?[] _resolved = [];
    private GrainTypeRuntime[] _types = [];

    public GrainDirectory(Silo silo, IEnumerable<Assembly> assemblies)
    {
        _silo = silo;
        foreach (var grainClass in assemblies.Distinct().SelectMany(assembly => GrainInterfaces.ManifestOf(assembly)?.Classes ?? [])) Add(grainClass);
    }

    public IReadOnlyCollection<GrainTypeRuntime> Types => _types;

    public GrainTypeRuntime? Find(string grainType) => _byName.GetValueOrDefault(grainType);

    /// <summary>Grain classes that a silo has told. One that is known stays as it is, for references hold it.</summary>
    public void Learn(IReadOnlyList<RemoteGrainType> types)
    {
        lock (_byName)
        {
            foreach (var remote in types)
                if (!_byName.ContainsKey(remote.GrainType)) Add(new GrainTypeRuntime(_silo, remote), remote.Interfaces);
        }
    }

    /// <exception cref="ArgumentException">No class implements the interface, or several do and the prefix does not choose one.</exception>
    public GrainTypeRuntime Resolve(GrainInterface grainInterface, string? classNamePrefix)
    {
        if (classNamePrefix is not null) return Choose(grainInterface.Type, classNamePrefix);
        var resolved = Volatile.Read(ref _resolved);
        if (grainInterface.Index < resolved.Length && resolved[grainInterface.Index] is { } known) return known;
        var found = Choose(grainInterface.Type, null);
        lock (_byName)
        {
            var grown = new GrainTypeRuntime?[Math.Max(_resolved.Length, grainInterface.Index + 1)];
            _resolved.CopyTo(grown, 0);
            grown[grainInterface.Index] = found;
            Volatile.Write(ref _resolved, grown);
        }

        return found;
    }

    private GrainTypeRuntime Choose(Type interfaceType, string? prefix)
    {
        List<GrainTypeRuntime> candidates;
        lock (_byName) candidates = _byInterface.GetValueOrDefault(interfaceType.FullName!) ?? [];
        if (prefix is not null)
        {
            candidates = [.. candidates.Where(type => type.ClassName.StartsWith(prefix, StringComparison.Ordinal)
                || type.ClassName.AsSpan(type.ClassName.LastIndexOfAny(['.', '+']) + 1).StartsWith(prefix, StringComparison.Ordinal))];
        }

        return candidates.Count switch
        {
            1 => candidates[0],
            0 when !_silo.Options.HostsGrains && _byName.Count == 0 => throw new SiloUnavailableException(
                $"No silo of the cluster has been reached yet, so this process does not know which grain class implements {interfaceType.FullName}. Start a silo, or try again soon."),
            0 => throw new ArgumentException(
                $"No grain class that this process knows implements {interfaceType.FullName}{(prefix is null ? "" : $" with a name that begins with \"{prefix}\"")}. Known are {_byName.Count} classes; is the assembly among those given to AddGrains?"),
            _ => throw new ArgumentException(
                $"{interfaceType.FullName} is implemented by {string.Join(", ", candidates.Select(type => type.ClassName))}. Choose one with grainClassNamePrefix, or give each an interface of its own."),
        };
    }

    private void Add(GrainClass grainClass)
    {
        if (_byName.TryGetValue(grainClass.GrainType, out var other))
        {
            throw new InvalidOperationException(
                $"Both {other.Class.Type.FullName} and {grainClass.Type.FullName} have the grain type \"{grainClass.GrainType}\", under which state is stored. Give one of them [GrainType(\"...\")].");
        }

        Add(new GrainTypeRuntime(_silo, grainClass), grainClass.Interfaces.Select(grainInterface => grainInterface.FullName!));
    }

    private void Add(GrainTypeRuntime type, IEnumerable<string> interfaces)
    {
        _byName[type.Name] = type;
        _types = [.. _types, type];
        foreach (string grainInterface in interfaces)
            _byInterface[grainInterface] = _byInterface.TryGetValue(grainInterface, out var list) ? [.. list, type] : [type];
    }
}
