using Orrery.Runtime.CodeGeneration;

namespace Orrery.Runtime;

/// <summary>A continuation of a running request: what an await inside grain code posts.</summary>
internal sealed class PostedItem : WorkItem
{
    private const int PooledLimit = 256;

    [ThreadStatic]
    private static PostedItem? t_free;

    [ThreadStatic]
    private static int t_freeCount;

    private SendOrPostCallback? _callback;
    private object? _state;

    public static PostedItem Rent(SendOrPostCallback callback, object? state)
    {
        var item = t_free;
        if (item is null)
        {
            item = new PostedItem();
        }
        else
        {
            t_free = (PostedItem?)item.Next;
            t_freeCount--;
        }

        item._callback = callback;
        item._state = state;
        return item;
    }

    internal override void Run(Activation activation)
    {
        var (callback, state) = (_callback!, _state);
        (_callback, _state) = (null, null);
        if (t_freeCount < PooledLimit)
        {
            Next = t_free;
            t_free = this;
            t_freeCount++;
        }

        try
        {
            callback(state);
        }
        catch (Exception error)
        {
            // Only what nobody awaits ends here: an async void method, or a foreign callback.
            activation.Silo.Log.ContinuationFailed(activation.GrainId, error);
        }
    }
}
