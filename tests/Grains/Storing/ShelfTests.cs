using Orrery.Interfaces.Keys;
using Orrery.Interfaces.Users;

namespace Orrery.Grains.Tests.Storing;

public sealed class ShelfTests
{
    [Fact]
    public async Task Made_up_tokens_keys_and_names_leave_a_bounded_number_of_rows_and_no_activations()
    {
        await using var fleet = await TestFleet.StartAsync();
        for (int number = 0; number < 2_000; number++)
        {
            (await fleet.Grains.GetGrain<ISessionGrain>($"{number:x64}").Get()).ShouldBeNull();
            (await fleet.Grains.GetGrain<IApiKeyGrain>($"made-up-{number}").Verify("a secret that is long")).ShouldBeNull();
        }

        fleet.Storage.Rows.Count.ShouldBeLessThanOrEqualTo(2 * 256);
        await fleet.UntilAsync("activations to go", () => Task.FromResult(fleet.Silo.Statistics.GrainTypes.Where(type => type.GrainType is "session" or "apikey").Sum(type => type.Activations) == 0), TimeSpan.Zero);
    }
}
