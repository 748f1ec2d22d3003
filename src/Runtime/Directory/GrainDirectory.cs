using System.Reflection;
using Orrery.Runtime.CodeGeneration;

namespace Orrery.Runtime;

/// <summary>The grain classes of a silo, and which of them a call through an interface reaches.</summary>
internal sealed class GrainDirectory
{
    private readonly Silo _silo;
    private readonly Dictionary<string, GrainTypeRuntime> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, List<GrainTypeRuntime>> _byInterface = [];
    private GrainTypeRuntime?[] _resolved = [];

    public GrainDirectory(Silo silo, IEnumerable<Assembly> assemblies)
    {
        _silo = silo;
        foreach (var grainClass in assemblies.Distinct().SelectMany(assembly => GrainInterfaces.ManifestOf(assembly)?.Classes ?? [])) Add(grainClass);
    }

    public IReadOnlyCollection<GrainTypeRuntime> Types => _byName.Values;

    public GrainTypeRuntime? Find(string grainType) => _byName.GetValueOrDefault(grainType);

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
        var candidates = _byInterface.GetValueOrDefault(interfaceType) ?? [];
        if (prefix is not null)
            candidates = [.. candidates.Where(type => type.Class.Type.FullName!.StartsWith(prefix, StringComparison.Ordinal) || type.Class.Type.Name.StartsWith(prefix, StringComparison.Ordinal))];
        return candidates.Count switch
        {
            1 => candidates[0],
            0 => throw new ArgumentException(
                $"No grain class of this silo implements {interfaceType.FullName}{(prefix is null ? "" : $" with a name that begins with \"{prefix}\"")}. Known are {_byName.Count} classes; is the assembly among those given to AddGrains?"),
            _ => throw new ArgumentException(
                $"{interfaceType.FullName} is implemented by {string.Join(", ", candidates.Select(type => type.Class.Type.FullName))}. Choose one with grainClassNamePrefix, or give each an interface of its own."),
        };
    }

    private void Add(GrainClass grainClass)
    {
        if (_byName.TryGetValue(grainClass.GrainType, out var other))
        {
            throw new InvalidOperationException(
                $"Both {other.Class.Type.FullName} and {grainClass.Type.FullName} have the grain type \"{grainClass.GrainType}\", under which state is stored. Give one of them [GrainType(\"...\")].");
        }

        var type = new GrainTypeRuntime(_silo, grainClass);
        _byName.Add(type.Name, type);
        foreach (var grainInterface in grainClass.Interfaces)
        {
            if (!_byInterface.TryGetValue(grainInterface, out var list)) _byInterface.Add(grainInterface, list = []);
            list.Add(type);
        }
    }
}
