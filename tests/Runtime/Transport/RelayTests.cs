using Orrery.Runtime.Networking;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Tests.Transport;

public sealed class RelayTests
{
    [Fact]
    public async Task Calls_reach_grains_of_another_silo_and_answers_come_back()
    {
        await using var cluster = await RelayCluster.StartAsync(2);
        string key = cluster.KeyIn(1);
        var grain = cluster.ClientOf(0).GetGrain<IRelayGrain>(key);
        (await grain.Where().Soon()).ShouldBe("silo-2");
        (await grain.Add(2).AsTask().Soon()).ShouldBe(2);
        (await grain.AddLater(3).AsTask().Soon()).ShouldBe(5);
        (await cluster.ClientOf(1).GetGrain<IRelayGrain>(key).Add(1)).ShouldBe(6);
        (await cluster.ClientOf(0).GetGrain<IRelayGrain>(cluster.KeyIn(0)).AddThrough(grain, 4).Soon()).ShouldBe(10);
    }

    [Fact]
    public async Task Many_callers_share_a_connection_and_each_gets_its_own_answer()
    {
        await using var cluster = await RelayCluster.StartAsync(2);
        var grains = Enumerable.Range(0, 100).Select(number => cluster.ClientOf(0).GetGrain<IRelayGrain>(cluster.KeyIn(1, $"many{number}"))).ToArray();
        await Task.WhenAll(grains.Select(async (grain, index) =>
        {
            await Task.Yield();
            for (int call = 1; call <= 200; call++)
            {
                (await (call % 3 == 0 ? grain.AddLater(index) : grain.Add(index))).ShouldBe(call * index);
                (await grain.Echo($"{index} {call}")).ShouldBe($"{index} {call}");
            }
        })).Soon();
    }

    [Fact]
    public async Task Values_arrive_as_they_were_sent()
    {
        await using var cluster = await RelayCluster.StartAsync(2);
        var near = cluster.ClientOf(0).GetGrain<IRelayGrain>(cluster.KeyIn(0));
        var far = cluster.ClientOf(0).GetGrain<IRelayGrain>(cluster.KeyIn(1));
        foreach (string? text in new[] { null, "", "a", "Grüße, 世界 \U0001F30D", "lone \ud800 surrogate", new string('ß', 200_000) }) (await far.Echo(text).Soon()).ShouldBe(text);
        foreach (byte[]? bytes in new[] { null, [], [0, 255], new byte[1_000_000] }) (await far.EchoBytes(bytes).Soon()).ShouldBe(bytes);
        (await far.EchoParcel(null).Soon()).ShouldBeNull();
        var parcel = new Parcel("box", [1, 2, 3], new Dictionary<string, double> { ["a"] = double.NaN, ["b"] = double.NegativeInfinity, ["c"] = 1e-300 }, new Parcel("", [], new Dictionary<string, double>()));
        var back = (await far.EchoParcel(parcel).Soon()).ShouldNotBeNull();
        back.Numbers.ShouldBe(parcel.Numbers);
        back.Weights.ShouldBe(parcel.Weights, ignoreOrder: true);
        back.Inner.ShouldNotBeNull().Numbers.ShouldBeEmpty();
        Task<string> Describe(IRelayGrain grain) => grain.Describe(
            true, 255, -128, short.MinValue, ushort.MaxValue, 'ß', int.MinValue, uint.MaxValue, long.MinValue, ulong.MaxValue, float.Epsilon, double.MaxValue, -79228162514264337593543950335m,
            Guid.Parse("01234567-89ab-cdef-0123-456789abcdef"), new DateTime(2030, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc), new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.FromHours(-9.5)),
            TimeSpan.MinValue, Colour.Green, null, Colour.Red, new byte[] { 1, 2, 3 });
        (await Describe(far).Soon()).ShouldBe(await Describe(near));
    }

    [Fact]
    public async Task References_travel_in_arguments_results_and_inside_values()
    {
        await using var cluster = await RelayCluster.StartAsync(2);
        var far = cluster.ClientOf(0).GetGrain<IRelayGrain>(cluster.KeyIn(1));
        string near = cluster.KeyIn(0, "near");
        var given = await far.Other(near).Soon();
        given.ShouldBe(cluster.ClientOf(0).GetGrain<IRelayGrain>(near));
        (await given.Where()).ShouldBe("silo-1");
        (await far.AddThrough(given, 3).Soon()).ShouldBe(3);
        var listener = new Listener();
        var reference = cluster.ClientOf(0).CreateObjectReference<IRelayListener>(listener);
        (await far.Open(new Letter("hello", given, reference, new byte[] { 7 })).Soon()).ShouldBe($"hello from {near} 07 heard hello");
        (await far.Open(new Letter("hello", null, null, default)).Soon()).ShouldBe("hello from   nobody");
        cluster.ClientOf(0).DeleteObjectReference<IRelayListener>(listener);
        await Should.ThrowAsync<ObjectDisposedException>(() => far.Open(new Letter("late", null, reference, default)).Soon());
        listener.Heard.ShouldBe(["hello"]);
    }

    [Fact]
    public async Task Well_known_objects_of_a_silo_are_called_by_its_identity()
    {
        await using var cluster = await RelayCluster.StartAsync(2);
        cluster.SiloOf(1).Objects.Add(new Listener(), wellKnown: 17);
        var far = cluster.SiloOf(0).Objects.Refer<IRelayListener>(cluster.SiloOf(1).Cluster!.Self, 17);
        (await far.Hear("you").Soon()).ShouldBe("heard you");
        await Should.ThrowAsync<ObjectDisposedException>(() => cluster.SiloOf(0).Objects.Refer<IRelayListener>(cluster.SiloOf(1).Cluster!.Self, 18).Hear("nobody").Soon());
        await Should.ThrowAsync<SiloUnavailableException>(() => cluster.SiloOf(0).Objects.Refer<IRelayListener>(new SiloId("nowhere", 1), 17).Hear("nobody").Soon());
    }

    [Fact]
    public async Task Exceptions_keep_type_message_values_and_where_they_came_from()
    {
        await using var cluster = await RelayCluster.StartAsync(2);
        var far = cluster.ClientOf(0).GetGrain<IRelayGrain>(cluster.KeyIn(1));
        var own = await Should.ThrowAsync<RelayException>(() => far.Throw("own").Soon());
        (own.Shelf, own.Places, own.Message).ShouldBe(("shelf", 7, "The shelf is full."));
        own.StackTrace.ShouldNotBeNull().ShouldContain(nameof(RelayGrain));
        var argument = await Should.ThrowAsync<ArgumentException>(() => far.Throw("argument").Soon());
        (argument.ParamName, argument.Message).ShouldBe(("kind", "It is wrong. (Parameter 'kind')"));
        var foreign = await Should.ThrowAsync<RemoteCallException>(() => far.Throw("foreign").Soon());
        (foreign.RemoteType, foreign.Message).ShouldBe(("System.Net.WebException", "System.Net.WebException: The web is down."));
        (await Should.ThrowAsync<InvalidOperationException>(() => far.Throw("nested").Soon())).InnerException.ShouldBeOfType<RelayException>().Shelf.ShouldBe("inner");
        await Should.ThrowAsync<OperationCanceledException>(() => far.Throw("cancelled").Soon());
        (await Should.ThrowAsync<ArgumentOutOfRangeException>(() => far.Throw("else").Soon())).ParamName.ShouldBe("kind");
    }

    [Fact]
    public async Task A_token_that_the_caller_cancels_is_cancelled_in_the_other_silo()
    {
        await using var cluster = await RelayCluster.StartAsync(2);
        string key = cluster.KeyIn(1, "cancel");
        using var source = new CancellationTokenSource();
        var call = cluster.ClientOf(0).GetGrain<IRelayGrain>(key).WaitUntilCancelled(source.Token);
        await RelayEvents.Of(key + " begun").Task.Soon();
        source.Cancel();
        await Should.ThrowAsync<OperationCanceledException>(() => call.Soon());
        await RelayEvents.Of(key + " cancelled").Task.Soon();
    }

    [Fact]
    public async Task A_caller_that_gives_up_at_its_deadline_cancels_the_call()
    {
        await using var cluster = await RelayCluster.StartAsync(2);
        string key = cluster.KeyIn(1, "deadline");
        var call = cluster.ClientOf(0).GetGrain<IRelayGrain>(key).WaitForOneSecond(CancellationToken.None);
        (await Should.ThrowAsync<TimeoutException>(() => call.Soon())).Message.ShouldContain("silo-2@1, from where no answer has come");
        await RelayEvents.Of(key + " cancelled").Task.Soon();
    }

    [Fact]
    public async Task One_way_calls_arrive_and_are_passed_on_where_the_shard_has_moved()
    {
        await using var cluster = await RelayCluster.StartAsync(2);
        string key = cluster.KeyIn(1, "told");
        var grain = cluster.ClientOf(0).GetGrain<IRelayGrain>(key);
        await grain.Tell("psst");
        await RelayEvents.Of(key + " told").Task.Soon();
        (await grain.LastTold().Soon()).ShouldBe("psst");
    }

    [Fact]
    public async Task An_argument_that_is_too_large_is_refused_before_it_is_sent_and_an_answer_that_is_too_large_says_so()
    {
        await using var cluster = await RelayCluster.StartAsync(2, transport: options => options.FrameBytesLimit = 100_000);
        var far = cluster.ClientOf(0).GetGrain<IRelayGrain>(cluster.KeyIn(1));
        (await Should.ThrowAsync<ArgumentException>(() => far.EchoBytes(new byte[200_000]).Soon())).Message.ShouldContain("TransportOptions.FrameBytesLimit is 100000");
        (await Should.ThrowAsync<NotSupportedException>(() => far.Fill(100_000).Soon())).Message.ShouldContain("The call was run; its answer is too large, TransportOptions.FrameBytesLimit is 100000");
        (await far.Add(1).AsTask().Soon()).ShouldBe(1);
    }

    [Fact]
    public async Task An_argument_that_is_no_reference_is_refused_by_name()
    {
        await using var cluster = await RelayCluster.StartAsync(2);
        var far = cluster.ClientOf(0).GetGrain<IRelayGrain>(cluster.KeyIn(1));
        (await Should.ThrowAsync<NotSupportedException>(() => far.Open(new Letter("x", null, new Listener(), default)).Soon())).Message.ShouldContain("CreateObjectReference");
    }

    [Fact]
    public async Task A_process_without_silo_calls_grains_stateless_workers_and_is_called_back()
    {
        await using var cluster = await RelayCluster.StartAsync(2);
        await cluster.AddClientAsync("door");
        var client = cluster.ClientOf(2);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async number => (await client.GetGrain<IRelayGrain>($"from-outside-{number}").Add(number)).ShouldBe(number))).Soon();
        string.Join(' ', (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => client.GetGrain<IRelayWorkerGrain>("w").Where()))).Distinct().Order()).ShouldBe("silo-1 silo-2");
        var reference = client.CreateObjectReference<IRelayListener>(new Listener());
        (await client.GetGrain<IRelayGrain>("k").Open(new Letter("outside", null, reference, default)).Soon()).ShouldEndWith("heard outside");
    }

    [Fact]
    public async Task A_key_of_a_megabyte_is_refused_at_GetGrain()
    {
        await using var cluster = await RelayCluster.StartAsync(1);
        Should.Throw<ArgumentException>(() => cluster.ClientOf(0).GetGrain<IRelayGrain>(new string('k', 1_000_000))).Message.ShouldContain("has 1000000 characters; a grain's key has at most 512");
        (await cluster.ClientOf(0).GetGrain<IRelayGrain>(new string('k', 512)).Add(1)).ShouldBe(1);
    }

    private sealed class Listener : IRelayListener
    {
        public List<string> Heard { get; } = [];

        public Task<string> Hear(string word)
        {
            Heard.Add(word);
            return Task.FromResult("heard " + word);
        }
    }
}
