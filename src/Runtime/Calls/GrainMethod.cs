using System.ComponentModel;

namespace Orrery.Runtime.CodeGeneration;

[EditorBrowsable(EditorBrowsableState.Never)]
[Flags]
public enum GrainMethodOptions : byte
{
    None = 0,
    AlwaysInterleave = 1,
    ReadOnly = 2,
    OneWay = 4,
}

/// <summary>One method of a grain interface, as generated references describe it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class GrainMethod
{
    private static int s_count;

    /// <summary>While positive: calls that are queued instead of run on the caller's thread, because the method holds its thread for long.</summary>
    private int _queueNext;

    /// <param name="id">Names the method where calls travel, see <see cref="Id"/>.</param>
    /// <param name="declaringType">The interface that declares it; a grain that a call is run on has to implement it.</param>
    /// <param name="rent">An idle call object of the method.</param>
    public GrainMethod(string interfaceName, string name, GrainMethodOptions options, ulong id, Type declaringType, Func<CallBase> rent, string? responseTimeout = null)
    {
        Id = id;
        DeclaringType = declaringType;
        Rent = rent;
        InterfaceName = interfaceName;
        Name = name;
        FullName = $"{interfaceName}.{name}";
        Options = options;
        Timeout = responseTimeout is null ? null : new ResponseTimeoutAttribute(responseTimeout).Timeout;
        Index = Interlocked.Increment(ref s_count) - 1;
        All.Add(this);
    }

    internal static System.Collections.Concurrent.ConcurrentBag<GrainMethod> All { get; } = [];

    /// <summary>A hash of interface, name and parameter types, the same in every process.</summary>
    public ulong Id { get; }

    public Type DeclaringType { get; }

    internal Func<CallBase> Rent { get; }

    public string InterfaceName { get; }

    public string Name { get; }

    public string FullName { get; }

    public GrainMethodOptions Options { get; }

    public TimeSpan? Timeout { get; }

    /// <summary>The method's place in tables of this process.</summary>
    internal int Index { get; }

    /// <summary>Whether the caller's thread may run the next call. Now and then a slow method is tried again.</summary>
    internal bool MayRunInline => Volatile.Read(ref _queueNext) <= 0 || Interlocked.Decrement(ref _queueNext) < 0;

    /// <summary>A turn of this method held its caller's thread for too long.</summary>
    internal void QueueNext(int calls) => Volatile.Write(ref _queueNext, calls);
}
