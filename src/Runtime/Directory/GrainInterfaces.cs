using System.Collections.Concurrent;
using System.Reflection;
using Orrery.Runtime.CodeGeneration;

namespace Orrery.Runtime;

/// <summary>The grain interfaces of this process, found through the manifest of the assembly that declares each.</summary>
internal static class GrainInterfaces
{
    private static readonly ConcurrentDictionary<Assembly, GrainManifest?> s_manifests = new();
    private static readonly ConcurrentDictionary<Type, GrainInterface> s_interfaces = new();
    private static readonly ConcurrentDictionary<ulong, GrainMethod> s_methods = new();

    public static GrainManifest? ManifestOf(Assembly assembly) => s_manifests.GetOrAdd(assembly, static assembly =>
    {
        var attribute = assembly.GetCustomAttribute<GrainManifestAttribute>();
        if (attribute is null) return null;
        var manifest = (GrainManifest)Activator.CreateInstance(attribute.Manifest, nonPublic: true)!;
        foreach (var grainInterface in manifest.Interfaces)
        {
            if (!s_interfaces.TryAdd(grainInterface.Type, grainInterface)) continue;
            foreach (var method in grainInterface.Methods) Register(method);
        }

        return manifest;
    });

    /// <summary>The method that this id names; null where no loaded assembly with references has it.</summary>
    public static GrainMethod? FindMethod(ulong id) => s_methods.GetValueOrDefault(id);

    private static void Register(GrainMethod method)
    {
        var known = s_methods.GetOrAdd(method.Id, method);
        if (known.DeclaringType == method.DeclaringType && known.Name == method.Name) return;
        throw new InvalidOperationException($"{known.FullName} and {method.FullName} have the same id 0x{method.Id:x16} on the wire. Give one of them another [Alias(\"...\")].");
    }

    /// <exception cref="ArgumentException">The type's assembly has no generated reference for it.</exception>
    public static GrainInterface Find(Type type)
    {
        if (s_interfaces.TryGetValue(type, out var found)) return found;
        ManifestOf(type.Assembly);
        return s_interfaces.TryGetValue(type, out found)
            ? found
            : throw new ArgumentException(
                $"There is no generated reference for {type.FullName}: it has to be an interface derived from IGrain or IGrainObserver, in a project that references Orrery.Runtime.Generator as an analyzer.", nameof(type));
    }
}

/// <summary>The descriptor of an interface, found once.</summary>
internal static class GrainInterfaceOf<T>
{
    public static readonly GrainInterface Value = GrainInterfaces.Find(typeof(T));
}
