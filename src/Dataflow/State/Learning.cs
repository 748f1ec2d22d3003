namespace Orrery.Dataflow.State;

/// <summary>
/// Whether the texts of a column are worth to be kept once: as long as those that come were mostly there before. It ends for good where of the first ones most are new, or later on more than a share of a
/// window are: numbers of bills end it, names of shops do not. What it says depends on the texts alone, in their order.
/// </summary>
internal struct Learning
{
    private int _seen;
    private int _new;

    /// <summary>New texts of the first window from which on it ends, if they are more than half of all.</summary>
    private const int NewMin = 256;

    /// <summary>Texts of a window.</summary>
    private const int Window = 8_192;

    /// <summary>New texts of a window behind the second, at most.</summary>
    private const int NewOfWindowMax = Window / 32;

    // A number, because what is told to a checkpoint is plain bytes.
    private int _windows;

    public readonly bool IsOver => _windows < 0;

    public void Note(bool isNew)
    {
        _seen++;
        if (isNew) _new++;
        if (_windows == 0 && _new >= NewMin && _new * 2 > _seen)
        {
            _windows = -1;
            return;
        }

        if (_seen < Window) return;
        _windows = _windows >= 2 && _new > NewOfWindowMax ? -1 : Math.Min(_windows + 1, 2);
        _seen = _new = 0;
    }
}
