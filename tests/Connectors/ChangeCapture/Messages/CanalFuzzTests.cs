using System.Text;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.Messages;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.ChangeCapture.Messages;

public sealed class CanalFuzzTests
{
    [Fact]
    public void A_changed_message_is_read_or_refused_and_both_ways_of_reading_agree()
    {
        byte[][] messages = [.. TestData.Lines("cdc/paimon/canal").Concat(TestData.Lines("cdc/seatunnel", "canal*.jsonl")).Select(line => line.Message).Where(message => message.Length < 3000)];
        int count = Mutations.Count(20_000);
        int seed = Mutations.Seed;
        var random = new Random(seed);
        var options = new ChangeMessageOptions { Database = "d", Table = "t", SchemasMax = 50 };
        CanalReader quick = new(options), general = new(options);
        ChangeBatch first = new(), second = new();
        int refused = 0;
        long memory = 0;
        for (int number = 0; number < count; number++)
        {
            if (number % 500 == 0)
            {
                // The readers remember tables; beginning anew now and then lets every message be a table's first.
                (quick, general) = (new CanalReader(options), new CanalReader(options));
                foreach (byte[] message in messages)
                {
                    Try(quick, message, first);
                    Try(general, [(byte)' ', .. message], second);
                }
            }

            byte[] input = Mutations.Of(messages[random.Next(messages.Length)], messages[random.Next(messages.Length)], random);
            if (input.Length == 0) continue;
            string? refusal = Try(quick, input, first), other = Try(general, [(byte)' ', .. input], second);
            string at = $"seed {seed}, input {number}: {Encoding.Latin1.GetString(input)}";
            (refusal is null).ShouldBe(other is null, $"{at}\n{refusal ?? other}");
            if (refusal is not null)
            {
                refused++;
                first.Count.ShouldBe(0, at);
            }
            else
            {
                if (!first.Bytes.Written.SequenceEqual(second.Bytes.Written) || !first.Entries.SequenceEqual(second.Entries))
                    string.Join('\n', Change.All(first)).ShouldBe(string.Join('\n', Change.All(second)), at);
            }

            memory = Math.Max(memory, first.Bytes.Position);
        }

        refused.ShouldBeInRange(count / 10, count - 1);
        memory.ShouldBeLessThan(1 << 20);
    }

    static string? Try(CanalReader reader, byte[] message, ChangeBatch batch)
    {
        batch.Clear();
        try
        {
            reader.Read(new ChangeMessage(default, message, 1, 2), batch);
            foreach (ChangeEntry entry in batch.Entries)
            {
                var change = new ChangeReader(batch.ValueOf(entry).Span);
                if (change.Kind is ChangeKind.Schema or ChangeKind.Truncate) continue;
                if (!change.After.IsEmpty) RowValues.ReadAll(batch.Schemas[entry.Schema], change.After);
                if (!change.Before.IsEmpty) RowValues.ReadAll(batch.Schemas[entry.Schema], change.Before);
            }

            return null;
        }
        catch (MessageException error)
        {
            return error.Message;
        }
    }
}
