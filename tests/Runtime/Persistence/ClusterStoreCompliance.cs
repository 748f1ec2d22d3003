using System.Collections.Concurrent;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Tests.Persistence;

/// <summary>What every <see cref="IClusterStore"/> has to do. Derive a class, give it a store, and its tests are these.</summary>
public abstract class ClusterStoreCompliance
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    /// <summary>A store over what no other test uses: empty when the test opens it for the first time, the same rows at each further call within a test.</summary>
    protected abstract Task<IClusterStore> ConnectAsync();

    [Fact]
    public async Task The_first_to_open_chooses_the_identity_and_all_others_find_it()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(ConnectAsync)));
        string[] identities = await Task.WhenAll(stores.Select(store => Task.Run(() => store.OpenAsync(default))));
        identities.Distinct().ShouldHaveSingleItem().ShouldNotBeNullOrWhiteSpace();
        (await stores[0].ReadAsync(-1, default)).Cluster.ShouldBe(identities[0]);
        (await stores[1].OpenAsync(default)).ShouldBe(identities[0]);
    }

    [Fact]
    public async Task A_new_store_has_no_members_and_1024_free_shards_of_term_zero()
    {
        var snapshot = await (await OpenAsync()).ReadAsync(-1, default);
        snapshot.Members.ShouldBeEmpty();
        snapshot.Shards.ShouldNotBeNull();
        snapshot.Shards.ShouldBe([.. Enumerable.Range(0, GrainShards.Count).Select(shard => new ShardRow(shard, null, 0))]);
    }

    [Fact]
    public async Task A_member_is_added_once_and_read_back_as_it_was_by_id()
    {
        var store = await OpenAsync();
        MemberRow[] rows = [Member("a", 2), Member("a", 10), Member("b", 1) with { Reason = "it's \"new\"; \\0 钟", Build = "1.2.3+abc", Address = "[::1]:4000" }, Member("B", 1), Member("b'; drop", 3)];
        foreach (var row in rows) (await store.TryAddMemberAsync(row, default)).ShouldBeTrue();
        (await store.TryAddMemberAsync(rows[0] with { Address = "other:1" }, default)).ShouldBeFalse();
        (await store.ReadAsync(-1, default)).Members.ShouldBe([rows[3], rows[0], rows[1], rows[2], rows[4]]);
    }

    [Fact]
    public async Task A_member_is_replaced_only_by_who_has_seen_its_counter_and_only_while_it_lives()
    {
        var store = await OpenAsync();
        var row = Member("a", 1);
        (await store.TryUpdateMemberAsync(row with { Counter = 2 }, 1, default)).ShouldBeFalse();
        await store.TryAddMemberAsync(row, default);
        (await store.TryUpdateMemberAsync(row with { Counter = 2 }, 2, default)).ShouldBeFalse();
        (await store.TryUpdateMemberAsync(row with { Counter = 2 }, 1, default)).ShouldBeTrue();
        (await store.TryUpdateMemberAsync(row with { Counter = 2 }, 1, default)).ShouldBeFalse();
        var draining = row with { Status = MemberStatus.Draining, Counter = 3, Reason = "asked to", ChangedAt = s_start.AddSeconds(9), Build = "2", Address = "x:2", WireVersionMost = 7 };
        (await store.TryUpdateMemberAsync(draining, 2, default)).ShouldBeTrue();
        (await store.ReadAsync(-1, default)).Members.ShouldBe([draining]);
        (await store.TryUpdateMemberAsync(draining with { Status = MemberStatus.Left, Counter = 4 }, 3, default)).ShouldBeTrue();
        (await store.TryUpdateMemberAsync(draining with { Status = MemberStatus.Active, Counter = 5 }, 4, default)).ShouldBeFalse();
        (await store.ReadAsync(-1, default)).Members.ShouldHaveSingleItem().Status.ShouldBe(MemberStatus.Left);
    }

    [Fact]
    public async Task Only_one_of_many_who_saw_the_same_counter_replaces_the_row()
    {
        var store = await OpenAsync();
        var row = Member("a", 1);
        await store.TryAddMemberAsync(row, default);
        for (long counter = 1; counter < 6; counter++)
        {
            long seen = counter;
            bool[] won = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => store.TryUpdateMemberAsync(row with { Counter = seen + 1 }, seen, default))));
            won.Count(one => one).ShouldBe(1);
        }
    }

    [Fact]
    public async Task All_shards_are_taken_at_once_and_their_terms_rise_by_one_with_each_take()
    {
        var store = await OpenAsync();
        var (a, b) = (await AddAsync(store, "a", 1), await AddAsync(store, "b", 1));
        var taken = await store.TakeShardsAsync(a.Id, All(0), default);
        taken.OrderBy(row => row.Shard).ShouldBe(Enumerable.Range(0, GrainShards.Count).Select(shard => new ShardRow(shard, a.Id, 1)));
        (await store.ReadAsync(-1, default)).Shards.ShouldBe(taken.OrderBy(row => row.Shard));
        (await store.TakeShardsAsync(b.Id, All(1), default)).ShouldBeEmpty("the owner lives");
        (await store.TakeShardsAsync(a.Id, All(1), default)).ShouldBeEmpty("the owner lives, though it asks itself");
        await store.FreeShardsAsync(a.Id, taken, default);
        (await store.TakeShardsAsync(b.Id, [new ShardRow(5, null, 0), new ShardRow(6, null, 2)], default)).ShouldBeEmpty("the terms are not the stored ones");
        (await store.TakeShardsAsync(b.Id, [new ShardRow(5, null, 1), new ShardRow(6, null, 0), new ShardRow(1023, a.Id, 1)], default)).OrderBy(row => row.Shard)
            .ShouldBe([new ShardRow(5, b.Id, 2), new ShardRow(1023, b.Id, 2)]);
        (await store.TakeShardsAsync(b.Id, [], default)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(MemberStatus.Draining)]
    [InlineData(MemberStatus.Left)]
    [InlineData(MemberStatus.Dead)]
    public async Task A_silo_that_is_not_active_takes_nothing(MemberStatus status)
    {
        var store = await OpenAsync();
        var row = await AddAsync(store, "a", 1);
        await store.TryUpdateMemberAsync(row with { Status = status, Counter = 2 }, 1, default);
        (await store.TakeShardsAsync(row.Id, All(0), default)).ShouldBeEmpty();
        (await store.TakeShardsAsync(new SiloId("nobody", 1), All(0), default)).ShouldBeEmpty();
        (await store.ReadAsync(-1, default)).Shards!.ShouldAllBe(shard => shard.Owner == null && shard.Term == 0);
    }

    [Fact]
    public async Task Shards_of_owners_that_are_dead_or_left_or_unknown_are_taken_and_those_of_draining_ones_are_not()
    {
        var store = await OpenAsync();
        MemberStatus[] statuses = [MemberStatus.Active, MemberStatus.Draining, MemberStatus.Left, MemberStatus.Dead];
        for (int index = 0; index < statuses.Length; index++)
        {
            var owner = await AddAsync(store, $"owner{index}", 7);
            await store.TakeShardsAsync(owner.Id, [new ShardRow(index, null, 0)], default);
            await store.TryUpdateMemberAsync(owner with { Status = statuses[index], Counter = 2 }, 1, default);
        }

        var taker = await AddAsync(store, "taker", 1);
        (await store.TakeShardsAsync(taker.Id, [.. Enumerable.Range(0, 4).Select(shard => new ShardRow(shard, null, 1))], default)).OrderBy(row => row.Shard)
            .ShouldBe([new ShardRow(2, taker.Id, 2), new ShardRow(3, taker.Id, 2)]);
    }

    [Fact]
    public async Task Shards_are_freed_only_by_their_owner_in_their_term_and_keep_the_term()
    {
        var store = await OpenAsync();
        var (a, b) = (await AddAsync(store, "a", 1), await AddAsync(store, "b", 1));
        var taken = await store.TakeShardsAsync(a.Id, [new ShardRow(1, null, 0), new ShardRow(2, null, 0), new ShardRow(3, null, 0)], default);
        await store.FreeShardsAsync(b.Id, taken, default);
        await store.FreeShardsAsync(new SiloId("a", 2), taken, default);
        await store.FreeShardsAsync(a.Id, [.. taken.Select(row => row with { Term = 2 })], default);
        await store.FreeShardsAsync(a.Id, [], default);
        (await store.ReadAsync(-1, default)).Shards!.Count(row => row.Owner == a.Id).ShouldBe(3);
        for (int repeat = 0; repeat < 2; repeat++)
        {
            await store.FreeShardsAsync(a.Id, [.. taken.Where(row => row.Shard != 2)], default);
            (await store.ReadAsync(-1, default)).Shards!.Skip(1).Take(3).ShouldBe([new ShardRow(1, null, 1), new ShardRow(2, a.Id, 1), new ShardRow(3, null, 1)]);
        }
    }

    [Fact]
    public async Task Shards_are_read_only_where_their_version_is_not_known_and_it_rises_with_each_change()
    {
        var store = await OpenAsync();
        var row = await AddAsync(store, "a", 1);
        var first = await store.ReadAsync(-1, default);
        var again = await store.ReadAsync(first.ShardsVersion, default);
        again.Shards.ShouldBeNull();
        again.ShardsVersion.ShouldBe(first.ShardsVersion);
        again.Members.ShouldBe([row]);
        var taken = await store.TakeShardsAsync(row.Id, [new ShardRow(9, null, 0)], default);
        var second = await store.ReadAsync(first.ShardsVersion, default);
        second.ShardsVersion.ShouldBeGreaterThan(first.ShardsVersion);
        second.Shards![9].ShouldBe(new ShardRow(9, row.Id, 1));
        await store.FreeShardsAsync(row.Id, taken, default);
        (await store.ReadAsync(second.ShardsVersion, default)).Shards![9].ShouldBe(new ShardRow(9, null, 1));
    }

    [Fact]
    public async Task Pruning_keeps_live_silos_owners_the_newest_generation_of_each_name_and_the_newest_history()
    {
        var store = await OpenAsync();
        for (int generation = 1; generation <= 6; generation++)
        {
            var row = Member("a", generation) with { ChangedAt = s_start.AddMinutes(generation) };
            await store.TryAddMemberAsync(row, default);
            if (generation == 2) await store.TakeShardsAsync(row.Id, [new ShardRow(0, null, 0)], default);
            await store.TryUpdateMemberAsync(row with { Status = generation % 2 == 0 ? MemberStatus.Dead : MemberStatus.Left, Counter = 2 }, 1, default);
        }

        await AddAsync(store, "live", 1);
        await store.PruneMembersAsync(2, default);
        (await store.ReadAsync(-1, default)).Members.Select(row => row.Id.ToString()).ShouldBe(["a@2", "a@5", "a@6", "live@1"]);
        await store.PruneMembersAsync(0, default);
        (await store.ReadAsync(-1, default)).Members.Select(row => row.Id.ToString()).ShouldBe(["a@2", "a@6", "live@1"]);
    }

    [Fact]
    public async Task Takers_that_race_from_many_threads_while_members_die_never_share_a_shard_in_a_term()
    {
        const int takers = 6, rounds = 12, wantedShards = 64;
        var stores = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => OpenAsync()));
        var owners = new ConcurrentDictionary<(int Shard, long Term), SiloId>();
        await Task.WhenAll(Enumerable.Range(0, takers).Select(number => Task.Run(async () =>
        {
            var random = new Random(number);
            var store = stores[number % stores.Length];
            for (int round = 0; round < rounds; round++)
            {
                var self = await AddAsync(store, $"silo{number}", round + 1);
                for (int attempt = 0; attempt < 3; attempt++)
                {
                    var seen = (await store.ReadAsync(-1, default)).Shards!;
                    var taken = await store.TakeShardsAsync(self.Id, [.. seen.Take(wantedShards).Where(_ => random.Next(3) > 0)], default);
                    foreach (var row in taken)
                    {
                        row.Owner.ShouldBe(self.Id);
                        owners.TryAdd((row.Shard, row.Term), self.Id).ShouldBeTrue($"shard {row.Shard} has two owners in term {row.Term}: {self.Id} and {owners[(row.Shard, row.Term)]}");
                    }

                    await store.FreeShardsAsync(self.Id, [.. taken.Where(_ => random.Next(2) == 0)], default);
                }

                (await store.TryUpdateMemberAsync(self with { Status = MemberStatus.Dead, Counter = 2, Reason = "killed" }, 1, default)).ShouldBeTrue();
                (await store.TakeShardsAsync(self.Id, (await store.ReadAsync(-1, default)).Shards!, default)).ShouldBeEmpty("the dead take nothing");
            }
        })));
        var shards = (await stores[0].ReadAsync(-1, default)).Shards!;
        for (int shard = 0; shard < wantedShards; shard++)
            owners.Keys.Where(key => key.Shard == shard).Select(key => key.Term).Order().ShouldBe(Enumerable.Range(1, (int)shards[shard].Term).Select(term => (long)term));
    }

    [Fact]
    public async Task Once_a_silo_is_declared_dead_no_take_of_its_own_succeeds()
    {
        var store = await OpenAsync();
        for (int round = 0; round < 10; round++)
        {
            var self = await AddAsync(store, "a", round + 1);
            var shards = (await store.ReadAsync(-1, default)).Shards!;
            var taking = Task.Run(() => store.TakeShardsAsync(self.Id, shards, default));
            (await store.TryUpdateMemberAsync(self with { Status = MemberStatus.Dead, Counter = 2 }, 1, default)).ShouldBeTrue();
            var after = await store.ReadAsync(-1, default);
            int owned = after.Shards!.Count(row => row.Owner == self.Id);
            (await taking).Count.ShouldBe(owned, "a take either came before the death, and all saw it, or took nothing");
        }
    }

    private static IReadOnlyList<ShardRow> All(long term) => [.. Enumerable.Range(0, GrainShards.Count).Select(shard => new ShardRow(shard, null, term))];

    private static MemberRow Member(string name, long generation) => new()
    {
        Id = new SiloId(name, generation), Address = "127.0.0.1:4000", Status = MemberStatus.Active, Counter = 1, WireVersionLeast = 1, WireVersionMost = 2,
        Build = "1.0", StartedAt = s_start, ChangedAt = s_start.AddSeconds(1),
    };

    private static async Task<MemberRow> AddAsync(IClusterStore store, string name, long generation)
    {
        var row = Member(name, generation);
        (await store.TryAddMemberAsync(row, default)).ShouldBeTrue();
        return row;
    }

    private async Task<IClusterStore> OpenAsync()
    {
        var store = await ConnectAsync();
        await store.OpenAsync(default);
        return store;
    }
}
