using Orrery.Interfaces;
using Orrery.Interfaces.Health;
using Orrery.WebApi.Access;

namespace Orrery.WebApi.Process;

/// <summary>Whether grains answer. Asked by machines every few seconds, so the answer is shared for a second.</summary>
internal sealed class Readiness(IClusterClient grains, TimeProvider time)
{
    readonly BoundedCache<string, bool> answers = new(1, TimeSpan.FromSeconds(1), time);

    /// <exception cref="SiloUnavailableException">The silo does not take calls.</exception>
    public Task CheckAsync() => answers.GetAsync("", async _ =>
    {
        await grains.GetGrain<IFleetHealthGrain>(EntityKeys.Fleet).Get();
        return true;
    });
}
