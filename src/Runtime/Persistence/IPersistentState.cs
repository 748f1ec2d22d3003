namespace Orrery.Runtime;

/// <summary>A stored value that a grain reads and writes as a whole.</summary>
public interface IStorage
{
    /// <summary>The stored version that <see cref="IStorage{TState}.State"/> came from; null where nothing was stored yet.</summary>
    string? Etag { get; }

    /// <summary>Whether a value is stored.</summary>
    bool RecordExists { get; }

    /// <summary>Reads the stored value again, dropping changes made in memory.</summary>
    Task ReadStateAsync();

    Task ReadStateAsync(CancellationToken cancellationToken);

    /// <summary>Stores the value. When the task ends the value is durable.</summary>
    /// <exception cref="InconsistentStateException">Another has written or owns the row; the activation ends, the next one reads anew.</exception>
    Task WriteStateAsync();

    Task WriteStateAsync(CancellationToken cancellationToken);

    /// <summary>Removes the stored value; <see cref="IStorage{TState}.State"/> becomes a new one.</summary>
    Task ClearStateAsync();

    Task ClearStateAsync(CancellationToken cancellationToken);
}

/// <inheritdoc cref="IStorage"/>
public interface IStorage<TState> : IStorage
{
    TState State { get; set; }
}

/// <summary>Injected into a grain's constructor by <see cref="PersistentStateAttribute"/>; loaded before <c>OnActivateAsync</c>.</summary>
public interface IPersistentState<TState> : IStorage<TState>;

/// <summary>Asks for a named stored value.</summary>
/// <param name="stateName">The value's name within the grain; part of the stored key.</param>
/// <param name="storageName">The provider; the default one where null.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute
{
    public string StateName { get; } = stateName;

    public string? StorageName { get; } = storageName;
}
