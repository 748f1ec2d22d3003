using System.ComponentModel;

namespace Orrery.Runtime.CodeGeneration;

/// <summary>Something that an activation runs as (part of) a turn. Items are the links of the mailbox's lists, so queueing allocates nothing.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class WorkItem
{
    internal WorkItem? Next;

    /// <summary>How many items lay in the arrivals when this one was pushed, itself included.</summary>
    internal int Depth;

    private protected WorkItem()
    {
    }

    /// <summary>Whether the item waits for admission as a request does, rather than continuing a request that was admitted.</summary>
    internal virtual bool IsRequest => false;

    /// <summary>Runs in the activation's turn. Does not throw.</summary>
    internal abstract void Run(Activation activation);
}

/// <summary>Work that begins something new in a grain: a call or the run of a timer.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Request : WorkItem
{
    private protected Request()
    {
    }

    internal bool AlwaysInterleave;

    internal bool ReadOnly;

    /// <summary>Where the activation that it was sent to is gone: goes to the next one, or ends.</summary>
    internal abstract void Forward();

    /// <summary>It will not be run.</summary>
    internal abstract void Reject(Exception error);
}
