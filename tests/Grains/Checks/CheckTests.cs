using Orrery.Grains.Checks;
using Orrery.Grains.Tests.Sql;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Checks;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;

namespace Orrery.Grains.Tests.Checks;

public sealed class CheckTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 1)]
    [InlineData(1, 2)]
    [InlineData(8, 2)]
    public async Task While_people_write_both_sides_are_compared_at_one_position_of_the_log(int partitions, int sqlPartitions)
    {
        await using CheckedShop shop = await CheckedShop.StartAsync(partitions, sqlPartitions: sqlPartitions);
        shop.Write(people: 3);
        await shop.Check.Put(new CheckSpec(), "ann", null);
        var positions = new HashSet<string>();
        for (int run = 0; run < 3; run++)
        {
            CheckRun found = await shop.RunAsync();
            found.Summary.Note.ShouldBeNull();
            found.Summary.IsExact.ShouldBeTrue();
            found.Results.Where(static result => result.State == "different").ShouldBeEmpty(CheckedShop.Describe(found));
            found.Results.Where(static result => result.State == "equal").Select(static result => result.Name).ShouldBe(["ads_days", "ads_skus", "dwd_lines"]);
            found.Results.ShouldAllBe(static result => result.State == "skipped" || result.Rows == result.RowsExpected);
            positions.Add(found.Summary.Position.ShouldNotBeNull());
        }

        // Each at another place, since somebody always writes; and the views went on.
        positions.Count.ShouldBe(3);
        await shop.StopWritingAsync();
        shop.Written.ShouldBeGreaterThan(3);
        (await shop.RunAsync()).Results.Single(static result => result.Name == "late").Reason.ShouldBe("It reads the clock (CURRENT_TIMESTAMP), which is another one in the database.");
    }

    [Fact]
    public async Task Rows_that_changed_behind_the_logs_back_are_found_side_by_side_and_raise_an_alarm_until_they_are_mended()
    {
        await using CheckedShop shop = await CheckedShop.StartAsync();
        await shop.Check.Put(new CheckSpec { Results = ["dwd_lines", "ads_skus"] }, "ann", null);
        (await shop.RunAsync()).Summary.Outcome.ShouldBe("equal");
        shop.Write(people: 1);
        await shop.SecretlyAsync("INSERT INTO shop.orders (id, status, amount, placed) VALUES (900001, 'open', 1, NOW()); INSERT INTO shop.order_lines VALUES (900001, 900001, 'secret', 3)");
        CheckRun found = await shop.RunAsync();
        found.Summary.IsExact.ShouldBeTrue();
        found.Summary.Outcome.ShouldBe("different");
        CheckResult lines = found.Results.Single(static result => result.Name == "dwd_lines");
        (lines.Missing, lines.Surplus, lines.Different).ShouldBe((1, 0, 0), CheckedShop.Describe(found));
        CheckDifference missing = lines.Differences.ShouldHaveSingleItem();
        missing.Kind.ShouldBe("missing");
        missing.Actual.ShouldBeNull();
        missing.Expected!.Take(4).ShouldBe(["900001", "900001", "secret", "3"]);
        Page<Alarm> open = await Alarms(shop);
        open.Items.ShouldHaveSingleItem().RuleId.ShouldBe("check-differs");
        open.Items[0].Text.ShouldContain("dwd_lines");

        // Mended where the channel hears it: the row is what it was, so it is told by changing it.
        await shop.ExecuteAsync("UPDATE shop.orders SET note = 'told' WHERE id = 900001; UPDATE shop.order_lines SET quantity = 4 WHERE id = 900001");
        CheckRun mended = await shop.RunAsync();
        mended.Summary.Outcome.ShouldBe("equal", CheckedShop.Describe(mended));
        (await Alarms(shop)).Items.ShouldBeEmpty();
        await shop.StopWritingAsync();

        await shop.SecretlyAsync("UPDATE shop.order_lines SET quantity = 77 WHERE id = 900001");
        CheckResult other = (await shop.RunAsync()).Results.Single(static result => result.Name == "dwd_lines");
        (other.Missing, other.Surplus, other.Different).ShouldBe((0, 0, 1));
        other.Key.ShouldBe(["id"]);
        other.Differences.ShouldHaveSingleItem().Expected![3].ShouldBe("77");
        other.Differences[0].Actual![3].ShouldBe("4");
        (await shop.Check.Runs(10)).Select(static run => run.Outcome).ShouldBe(["different", "equal", "different", "equal"]);
    }

    [Fact]
    public async Task Without_a_position_what_differs_is_looked_at_again_until_it_is_equal_or_patience_ends()
    {
        await using CheckedShop shop = await CheckedShop.StartAsync();
        shop.Write(people: 1);
        await shop.ExecuteAsync("INSERT INTO shop.orders (id, status, amount, placed) VALUES (900, 'open', 1, NOW()); INSERT INTO shop.order_lines (order_id, sku, quantity) VALUES (900, 'z', 1)");
        // The same server under another name is taken for another one.
        string elsewhere = shop.Connection.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        await shop.Check.Put(new CheckSpec { Kind = "mysql", Connection = elsewhere, PatienceSeconds = 60 }, "ann", null);
        CheckRun found = await shop.RunAsync();
        found.Summary.IsExact.ShouldBeFalse();
        found.Summary.Position.ShouldBeNull();
        found.Summary.Note.ShouldNotBeNull().ShouldStartWith("The check reads another server");
        found.Results.Where(static result => result.State == "different").ShouldBeEmpty();

        await shop.StopWritingAsync();
        await shop.Check.Put((await shop.Check.Get()).Spec with { PatienceSeconds = 3 }, "ann", null);
        (await shop.Check.Get()).HasConnection.ShouldBeTrue();
        await shop.SecretlyAsync("DELETE FROM shop.order_lines WHERE order_id = 900");
        found = await shop.RunAsync();
        CheckResult lines = found.Results.Single(static result => result.Name == "dwd_lines");
        (lines.Missing, lines.Surplus, lines.Different).ShouldBe((0, 1, 0), CheckedShop.Describe(found));
        lines.Differences.ShouldHaveSingleItem().Actual![1].ShouldBe("900");
    }

    [Fact]
    public async Task What_does_not_fit_into_one_copy_is_compared_at_a_further_position()
    {
        await using CheckedShop shop = await CheckedShop.StartAsync(services: static host => Microsoft.Extensions.DependencyInjection.OptionsServiceCollectionExtensions.Configure<CheckOptions>(host, static options => options.CopyBytesMax = 24_000));
        await shop.ExecuteAsync("INSERT INTO shop.orders (status, amount, placed) SELECT 'paid', seq, '2026-01-01' + INTERVAL seq DAY FROM shop.seq_1_to_300");
        shop.Write(people: 1, each: 200);
        await shop.Check.Put(new CheckSpec { Results = ["ads_days", "ads_skus", "dwd_lines"] }, "ann", null);
        CheckRun found = await shop.RunAsync();
        found.Summary.IsExact.ShouldBeTrue();
        found.Results.Select(static result => result.State).ShouldAllBe(static state => state == "equal", CheckedShop.Describe(found));
    }

    [Fact]
    public async Task A_spec_that_cannot_be_used_is_refused_with_its_field()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        ICheckGrain check = fleet.Grains.GetGrain<ICheckGrain>($"{SqlFleet.Tenant}/c");
        (await Should.ThrowAsync<InvalidInputException>(() => check.Put(new CheckSpec { Kind = "mysql", Connection = "Server=elsewhere.example" }, "ann", null))).Field.ShouldBe("connection");
        (await Should.ThrowAsync<InvalidInputException>(() => check.Put(new CheckSpec { Connection = "Server=localhost" }, "ann", null))).Field.ShouldBe("kind");
        (await Should.ThrowAsync<InvalidInputException>(() => check.Put(new CheckSpec { At = "25:00" }, "ann", null))).Field.ShouldBe("at");
        (await Should.ThrowAsync<InvalidInputException>(() => check.Put(new CheckSpec { At = "03:00", TimeZone = "Mars/Olympus" }, "ann", null))).Field.ShouldBe("timeZone");
        (await Should.ThrowAsync<InvalidInputException>(() => check.Put(new CheckSpec { At = "03:00", EveryMinutes = 5 }, "ann", null))).Field.ShouldBe("at");
        await Should.ThrowAsync<NotFoundException>(() => check.Get());
        CheckInfo made = await check.Put(new CheckSpec { EveryMinutes = 5 }, "ann", null);
        (made.Version, made.ChangedBy, made.Activity).ShouldBe((1, "ann", "idle"));
        await Should.ThrowAsync<VersionMismatchException>(() => check.Put(new CheckSpec(), "bob", 7));
        await check.Delete(1);
        await Should.ThrowAsync<NotFoundException>(() => fleet.Grains.GetGrain<ICheckGrain>($"{SqlFleet.Tenant}/c").Get());
    }

    static Task<Page<Alarm>> Alarms(CheckedShop shop) => shop.Fleet.Grains.GetGrain<IAlarmBookGrain>(SqlFleet.Tenant).List(new AlarmQuery(Open: true), new PageRequest());
}
