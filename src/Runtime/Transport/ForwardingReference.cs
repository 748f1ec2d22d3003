using Orrery.Runtime.CodeGeneration;

namespace Orrery.Runtime.Transport;

/// <summary>Sends on one-way calls of other processes, whose callers have forgotten them, when the grain is not here.</summary>
internal sealed class ForwardingReference(GrainAddress address) : GrainReference(address)
{
    /// <summary>How often a one-way call is passed on.</summary>
    private const int HopsMax = 7;

    public void PassOn(GrainMethod method, CallBase call, int hops)
    {
        call.Prepare(this, method, isOneWay: true);
        call.Hops = hops + 1;
        if (hops >= HopsMax)
            call.Reject(new SiloUnavailableException($"The call was passed on {HopsMax} times, and no silo owned the grain's shard."));
        else
            Deliver(call);
    }
}
