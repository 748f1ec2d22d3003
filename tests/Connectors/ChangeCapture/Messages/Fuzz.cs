using System.Text;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.Messages;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.ChangeCapture.Messages;

static class Fuzz
{
    /// <summary>Every changed message is read into rows that can be read, or refused with a reason and nothing left behind; memory stays in proportion.</summary>
    public static void Run(byte[][] messages, Func<IChangeMessageReader> make)
    {
        int count = Mutations.Count(20_000), refused = 0, seed = Mutations.Seed;
        var random = new Random(seed);
        var batch = new ChangeBatch();
        IChangeMessageReader reader = make();
        for (int number = 0; number < count; number++)
        {
            if (number % 1000 == 0) reader = make();
            byte[] input = Mutations.Of(messages[random.Next(messages.Length)], messages[random.Next(messages.Length)], random);
            string at = $"seed {seed}, input {number}: {Encoding.Latin1.GetString(input)}";
            batch.Clear();
            try
            {
                reader.Read(new ChangeMessage(default, input, 1, 2), batch);
                foreach (ChangeEntry entry in batch.Entries)
                {
                    var change = new ChangeReader(batch.ValueOf(entry).Span);
                    if (!change.After.IsEmpty) RowValues.ReadAll(batch.Schemas[entry.Schema], change.After);
                    if (!change.Before.IsEmpty) RowValues.ReadAll(batch.Schemas[entry.Schema], change.Before);
                }
            }
            catch (MessageException)
            {
                refused++;
                batch.Count.ShouldBe(0, at);
                batch.Bytes.Position.ShouldBe(0, at);
            }
            catch (Exception error) when (error is not ShouldAssertException)
            {
                throw new InvalidOperationException(at, error);
            }

            batch.Bytes.Position.ShouldBeLessThan(1 << 20, at);
        }

        refused.ShouldBeInRange(count / 10, count - 1);
    }
}
