using Orrery.Runtime;

namespace Orrery.Bench.Calls;

/// <summary>The smallest grain: what a call to it costs is what the engine costs.</summary>
internal interface IPingGrain : IGrainWithStringKey
{
    ValueTask<int> Ping(int value);

    /// <summary>As <see cref="Ping"/>, with an await that does not complete on the spot.</summary>
    ValueTask<int> PingLater(int value);
}

internal sealed class PingGrain : Grain, IPingGrain
{
    private int _sum;

    public ValueTask<int> Ping(int value) => new(_sum += value);

    public async ValueTask<int> PingLater(int value)
    {
        await Task.Yield();
        return _sum += value;
    }
}
