using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Tests.Sql;

public sealed class DeadLetterTests
{
    [Fact]
    public async Task A_row_without_a_value_is_put_aside_with_the_reason_and_the_view_goes_on()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync("""
            CREATE TABLE orders (id INT PRIMARY KEY NOT ENFORCED, amount INT, parts INT);
            CREATE MATERIALIZED VIEW shares WITH ('on-error' = 'dead-letter') AS SELECT id, amount / parts AS share FROM orders;
            INSERT INTO orders VALUES (1, 10, 2), (2, 10, 0), (3, 9, 3);
            """);
        await fleet.UntilAsync("SELECT * FROM shares ORDER BY id", "[[1,5],[3,3]]");
        Page<SqlLetter> letters = await fleet.LettersAsync("shares", 1);
        SqlLetter letter = letters.Items.ShouldHaveSingleItem();
        letter.Reason.ShouldContain("zero");
        letter.Text.ShouldBe("""{"id":2,"amount":10,"parts":0}""");
        letter.Partition.ShouldBeNull();
        await fleet.RunAsync("CREATE MATERIALIZED VIEW halves AS SELECT id, share / 2 AS half FROM shares");
        (await fleet.Sql.Relation("shares")).Rejected.ShouldBe(1, "queries and views over it drop nothing anew");
        (await fleet.Sql.Letters("halves", new PageRequest())).Items.ShouldBeEmpty();

        await fleet.CrashAsync();
        await fleet.RunAsync("INSERT INTO orders VALUES (4, 1, 0), (5, 8, 2)");
        await fleet.UntilAsync("SELECT * FROM shares ORDER BY id", "[[1,5],[3,3],[5,4]]");
        await fleet.LettersAsync("shares", 2);
        letters = await fleet.Sql.Letters("shares", new PageRequest(1));
        letters.Items.ShouldHaveSingleItem().Text.ShouldBe("""{"id":4,"amount":1,"parts":0}""");
        letters.Total.ShouldBe(2, "what was put aside before the crash is there once");
        letters = await fleet.Sql.Letters("shares", new PageRequest(1, letters.Next));
        letters.Items.ShouldHaveSingleItem().Text.ShouldBe("""{"id":2,"amount":10,"parts":0}""");
        letters.Next.ShouldBeNull();
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_is_put_aside_with_its_place()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.Grains.GetGrain<ITopicGrain>("acme.raw").Create(new TopicSettings());
        await fleet.RunAsync("CREATE TABLE raw (id INT, name STRING) WITH ('connector' = 'topic', 'topic' = 'acme.raw', 'format' = 'json', 'scan.startup' = 'earliest')");
        var batch = new LogBatchEncoder();
        foreach (string text in (string[])["""{"id":1,"name":"一"}""", "no json", """{"id":"x"}""", """{"id":2}"""])
            batch.Add([], System.Text.Encoding.UTF8.GetBytes(text), 1_700_000_000_000);
        await fleet.Grains.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition("acme.raw", 0)).Append(batch.Finish().ToArray());
        await fleet.UntilAsync("SELECT * FROM raw ORDER BY id", """[[1,"一"],[2,null]]""");
        Page<SqlLetter> letters = await fleet.LettersAsync("raw", 2);
        letters.Items.Select(static letter => (letter.Text, letter.Partition, letter.Offset)).ShouldBe([("""{"id":"x"}""", 0, 2L), ("no json", 0, 1L)]);
        letters.Items.ShouldAllBe(static letter => letter.Reason.Length > 0 && letter.At == DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));
    }

    [Fact]
    public async Task Letters_of_nothing_and_wrong_cursors_are_refused_with_words()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync("CREATE TABLE t (id INT)");
        (await fleet.Sql.Letters("t", new PageRequest())).Items.ShouldBeEmpty();
        await Should.ThrowAsync<NotFoundException>(() => fleet.Sql.Letters("nothing", new PageRequest()));
        (await Should.ThrowAsync<InvalidInputException>(() => fleet.Sql.Letters("t", new PageRequest(0)))).Message.ShouldContain("1 to 500");
    }
}
