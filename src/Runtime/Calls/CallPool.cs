using System.ComponentModel;

namespace Orrery.Runtime.CodeGeneration;

/// <summary>Idle call objects of one kind, per thread.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CallPool<TCall>
    where TCall : CallBase
{
    private const int PooledLimit = 256;

    [ThreadStatic]
    private static CallBase? t_free;

    [ThreadStatic]
    private static int t_count;

    /// <summary>An idle object; null where the caller has to make one.</summary>
    public static TCall? Rent()
    {
        var call = t_free;
        if (call is null) return null;
        t_free = (CallBase?)call.Next;
        call.Next = null;
        t_count--;
        return (TCall)call;
    }

    public static void Return(TCall call)
    {
        if (t_count >= PooledLimit)
        {
            call.Table?.Forget(call);
            return;
        }

        call.Next = t_free;
        t_free = call;
        t_count++;
    }
}
