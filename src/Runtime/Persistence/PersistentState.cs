using System.Globalization;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>Where one named value of one grain class is stored.</summary>
internal sealed record StateBinding(string StateName, string? StorageName, GrainStorageQueue Storage);

/// <summary>A stored value in a grain, as the activation sees it.</summary>
internal abstract class PersistentStateBase
{
    internal PersistentStateBase? NextState;

    public abstract Task LoadAsync();
}

/// <summary>The value, and the version of the row that it stands for.</summary>
internal sealed class PersistentState<TState> : PersistentStateBase, IPersistentState<TState>
{
    private readonly Activation _activation;
    private readonly StateBinding _binding;
    private long _version;
    private TState _state;
    private bool _recordExists;

    public PersistentState(Activation activation, StateBinding binding)
    {
        _activation = activation;
        _binding = binding;
        _state = System.Activator.CreateInstance<TState>();
        activation.AddState(this);
    }

    public TState State
    {
        get => _state;
        set => _state = value;
    }

    public string? Etag => _version == 0 ? null : _version.ToString(CultureInfo.InvariantCulture);

    public bool RecordExists => _recordExists;

    private GrainStateKey Key => new(_activation.Type.Name, _activation.Key, _binding.StateName);

    public override Task LoadAsync() => ReadStateAsync(CancellationToken.None);

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public async Task ReadStateAsync(CancellationToken cancellationToken)
    {
        var operation = await RunAsync(GrainStateOperationKind.Claim, default, cancellationToken);
        (_state, _recordExists) = operation.StoredValue is { } value
            ? (_activation.Silo.Serializer.Deserialize<TState>(value), true)
            : (System.Activator.CreateInstance<TState>(), false);
        _version = operation.StoredVersion;
    }

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public async Task WriteStateAsync(CancellationToken cancellationToken)
    {
        var operation = await RunAsync(GrainStateOperationKind.Write, _activation.Silo.Serializer.Serialize(_state), cancellationToken);
        _version = operation.StoredVersion;
        _recordExists = true;
    }

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public async Task ClearStateAsync(CancellationToken cancellationToken)
    {
        var operation = await RunAsync(GrainStateOperationKind.Clear, default, cancellationToken);
        _version = operation.StoredVersion;
        _recordExists = false;
        _state = System.Activator.CreateInstance<TState>();
    }

    private Task<GrainStateOperation> RunAsync(GrainStateOperationKind kind, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _binding.Storage.RunAsync(kind, Key, _version, value, _activation.Term);
    }
}
