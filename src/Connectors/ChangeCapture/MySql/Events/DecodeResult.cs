namespace Orrery.Connectors.ChangeCapture.MySql.Events;

/// <summary>What became of an event.</summary>
internal enum DecodeResult
{
    /// <summary>It has been taken in.</summary>
    Done,

    /// <summary>A table's definition is wanted first (<see cref="BinlogDecoder.Wanted"/>); then the same event again. Nothing was written.</summary>
    WantsDefinition,
}
