using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.DataX;

/// <summary>Rows to a writer's text, such as standard output, or nowhere. It keeps nothing: a job that was broken off begins anew.</summary>
sealed class StreamTarget(DataXStreamWriter side, TextWriter output) : DataXTarget
{
    readonly DataXStreamWriter side = side;
    readonly TextWriter output = output;
    readonly Lock gate = new();

    public override IReadOnlyList<DoneChunk> Begin(CancellationToken cancellationToken) => [];

    public override DataXChannel Open() => new Channel(this);

    public override void End(CancellationToken cancellationToken) => output.Flush();

    sealed class Channel(StreamTarget owner) : DataXChannel
    {
        public override bool Has(DataXPart part, long number) => false;

        public override long Write(DataXChunk chunk, bool isCareful, CancellationToken cancellationToken)
        {
            long rows = 0;
            foreach (RowBatch batch in chunk.Rows())
            {
                cancellationToken.ThrowIfCancellationRequested();
                rows += batch.Count;
                if (!owner.side.Prints) continue;
                lock (owner.gate)
                    for (int row = 0; row < batch.Count; row++)
                        owner.output.WriteLine(string.Join(owner.side.Delimiter, RowValues.ReadAll(batch.Schema, batch[row]).Select(value => value is byte[] bytes ? Convert.ToHexString(bytes) : DataXValues.Text(value))));
            }

            return rows;
        }

        public override void Dispose()
        {
        }
    }
}
