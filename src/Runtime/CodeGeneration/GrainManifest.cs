using System.ComponentModel;

namespace Orrery.Runtime.CodeGeneration;

/// <summary>Names the generated class that lists an assembly's grain interfaces and classes.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class GrainManifestAttribute(Type manifest) : Attribute
{
    public Type Manifest { get; } = manifest;
}

/// <summary>The base of generated manifests.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GrainManifest
{
    public virtual IEnumerable<GrainInterface> Interfaces => [];

    public virtual IEnumerable<GrainClass> Classes => [];
}

/// <summary>An interface that generated references exist for.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class GrainInterface(Type type, Func<GrainAddress, object> create, GrainMethod[] methods)
{
    private static int s_count;

    public Type Type { get; } = type;

    public Func<GrainAddress, object> Create { get; } = create;

    /// <summary>Its own methods and those of its base interfaces.</summary>
    public IReadOnlyList<GrainMethod> Methods { get; } = methods;

    /// <summary>The interface's place in tables of this process.</summary>
    internal int Index { get; } = Interlocked.Increment(ref s_count) - 1;
}

[EditorBrowsable(EditorBrowsableState.Never)]
[Flags]
public enum GrainClassOptions : byte
{
    None = 0,
    Reentrant = 1,
}

/// <summary>A grain class: how it is made, and what the engine has to know of it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class GrainClass(Type type, string grainType, GrainClassOptions options, int workersLimit, Type[] interfaces, Func<GrainActivator, object> create)
{
    public Type Type { get; } = type;

    public string GrainType { get; } = grainType;

    public GrainClassOptions Options { get; } = options;

    /// <summary>Above 0 for stateless workers.</summary>
    public int WorkersLimit { get; } = workersLimit;

    public IReadOnlyList<Type> Interfaces { get; } = interfaces;

    public Func<GrainActivator, object> Create { get; } = create;
}
