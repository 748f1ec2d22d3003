using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace Orrery.Simulation;

/// <summary>A flush that waits for room. As with pipes over sockets, what goes on after it runs in no context of the one that flushed.</summary>
internal sealed class FlushWait(Process process) : IValueTaskSource<FlushResult>
{
    private FlushResult? _result;
    private Action<object?>? _continuation;
    private object? _state;

    public void End(FlushResult result)
    {
        if (_result is not null) return;
        _result = result;
        if (_continuation is not null) Continue();
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token) => _result ?? throw new InvalidOperationException("The flush has not ended.");

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _result is null ? ValueTaskSourceStatus.Pending : ValueTaskSourceStatus.Succeeded;

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        _continuation = continuation;
        _state = state;
        if (_result is not null) Continue();
    }

    private void Continue() => process.World.Loop.Soon(process, static wait =>
    {
        var (continuation, state) = (((FlushWait)wait!)._continuation!, ((FlushWait)wait)._state);
        continuation(state);
    }, this);
}
