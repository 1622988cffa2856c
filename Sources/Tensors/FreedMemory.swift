import CKernels

/// The memory of what has gone.
public enum FreedMemory {
    /// Gives it back to the system. The allocator keeps blocks for the next of their size in a pool for each thread, which
    /// serves what comes and goes with every request; it is called after something large has gone for good.
    public static func giveBack() { allocator_give_back() }
}
