using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Orrery.Interfaces.Health;
using Orrery.WebApi.Access;
using Orrery.WebApi.Fleet;

namespace Orrery.WebApi.Live;

/// <summary>The fleet's JSON, made once a period for everybody who sees the same part of it. The array stays the same while nothing changed.</summary>
internal sealed class LiveFleet(IOptions<OrreryApiOptions> options, TimeProvider time)
{
    const int ScopesMax = 1_000;

    readonly BoundedCache<string, byte[]> answers = new(ScopesMax, options.Value.StreamPeriod * 0.9, time);
    readonly ConcurrentDictionary<string, (byte[] Compared, byte[] Json)> last = new();

    public Task<byte[]> GetAsync(Caller caller) => answers.GetAsync(caller.Tenant ?? "", async scope =>
    {
        FleetHealth fleet = await FleetEndpoints.Get(caller);
        byte[] compared = JsonSerializer.SerializeToUtf8Bytes(WithoutTimes(fleet), JsonText.Options);
        if (last.TryGetValue(scope, out var before) && compared.AsSpan().SequenceEqual(before.Compared))
            return before.Json;
        if (last.Count >= ScopesMax)
            last.Clear();
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(fleet, JsonText.Options);
        last[scope] = (compared, json);
        return json;
    });

    /// <summary>The fleet without what changes while nothing happens.</summary>
    static FleetHealth WithoutTimes(FleetHealth fleet) => fleet with
    {
        ComputedAt = default,
        Tenants = [.. fleet.Tenants.Select(tenant => tenant with { ComputedAt = default, Worst = [] })],
        Worst = [.. fleet.Worst.Select(server => server with { ComputedAt = default, LastSampleAt = null })],
    };
}
