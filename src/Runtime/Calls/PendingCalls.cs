using Orrery.Runtime.CodeGeneration;

namespace Orrery.Runtime;

/// <summary>
/// Every call object that this silo has made, so that a sweeper finds those past their deadline. Objects enter when they are made, not when
/// they are used: a call costs no timer and no registration. A deadline is kept to within two sweeps.
/// </summary>
internal sealed class PendingCalls(Func<int> tick)
{
    /// <summary>How long an answer that nobody takes stays in the table.</summary>
    private static readonly int s_abandonedAfterTicks = SiloClock.ToTicks(TimeSpan.FromMinutes(1));

    private readonly Lock _lock = new();
    private CallBase?[] _calls = new CallBase?[64];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Adopt(CallBase call)
    {
        call.Table?.Forget(call);
        lock (_lock)
        {
            if (_count == _calls.Length) Array.Resize(ref _calls, _count * 2);
            call.TableIndex = _count;
            call.Table = this;
            _calls[_count++] = call;
        }
    }

    public void Forget(CallBase call)
    {
        lock (_lock)
        {
            if (ReferenceEquals(call.Table, this)) Remove(call);
        }
    }

    /// <summary>Ends the calls past their deadline, and drops the objects that nobody will use again.</summary>
    public void Sweep()
    {
        int now = tick();
        lock (_lock)
        {
            for (int index = _count - 1; index >= 0; index--)
            {
                var call = _calls[index]!;
                if (call.Sweep(now, s_abandonedAfterTicks) && ReferenceEquals(call.Table, this)) Remove(call);
            }
        }
    }

    /// <summary>Answers every pending call with an error: the silo is gone.</summary>
    public void RejectAll(Exception error)
    {
        lock (_lock)
        {
            for (int index = 0; index < _count; index++) _calls[index]!.Abort(error);
        }
    }

    public int CountPending()
    {
        lock (_lock)
        {
            int pending = 0;
            for (int index = 0; index < _count; index++)
                if (_calls[index]!.IsPending) pending++;
            return pending;
        }
    }

    private void Remove(CallBase call)
    {
        int index = call.TableIndex;
        var last = _calls[--_count]!;
        _calls[index] = last;
        last.TableIndex = index;
        _calls[_count] = null;
        call.Table = null;
    }
}
