namespace Orrery.Runtime;

/// <summary>Keeps what is started in its scope from carrying the starter's context for good.</summary>
internal readonly struct SuppressedFlow : IDisposable
{
    private readonly bool _restore;

    private SuppressedFlow(bool restore) => _restore = restore;

    public static SuppressedFlow Begin()
    {
        if (ExecutionContext.IsFlowSuppressed()) return new SuppressedFlow(false);
        ExecutionContext.SuppressFlow();
        return new SuppressedFlow(true);
    }

    public void Dispose()
    {
        if (_restore) ExecutionContext.RestoreFlow();
    }
}
